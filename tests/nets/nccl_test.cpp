#include "nets/comm/nccl.h"

#include <gtest/gtest.h>

#include <numeric>
#include <vector>

#include "base/cuda/device.h"
#include "base/cuda/memory.h"
#include "base/error.h"
#include "nets/comm/device_communicator.h"

namespace vggflow::testing {
namespace {

TEST(NcclWithoutCards, SaysWhyItCannotStart) {
  if (cuda::why_unusable().empty()) GTEST_SKIP() << "there is a card";
  EXPECT_THROW(static_cast<void>(with_nccl(single_process())), Error);
  EXPECT_EQ(card_of(*single_process()), 0);
}

/// One process: sums are what they are, but all of the way is gone.
class NcclTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (const std::string reason = cuda::why_unusable(); !reason.empty()) GTEST_SKIP() << reason;
    cuda::use_device(card_of(*single_process()));
    all_ = with_nccl(single_process(), 64);
  }
  std::shared_ptr<Communicator> all_;
};

TEST_F(NcclTest, IsTheSameProcessesWithACard) {
  EXPECT_EQ(all_->rank(), 0);
  EXPECT_EQ(all_->size(), 1);
  EXPECT_EQ(single_process()->on_device(), nullptr);
  ASSERT_NE(all_->on_device(), nullptr);
  all_->on_device()->check();
}

TEST_F(NcclTest, SumsComeBehindTheEventAndBeforeTheStreamGoesOn) {
  constexpr std::size_t kCount = 1000;
  std::vector<float> values(kCount);
  std::iota(values.begin(), values.end(), 1.0F);
  const cuda::Stream compute;
  const cuda::DeviceMemory memory(kCount * sizeof(float), "values");
  cuda::Event ready;
  cuda::fill_zero(memory.data(), memory.bytes(), compute);
  cuda::copy(memory.data(), values.data(), memory.bytes(), compute);
  ready.record(compute);
  for (std::size_t begin = kCount; begin > 0; begin -= 10) {
    all_->on_device()->start_sum(memory.as<float>() + begin - 10, 10, ElementType::f32, ready);
  }
  all_->on_device()->finish_on(compute);
  std::vector<float> back(kCount);
  cuda::copy(back.data(), memory.data(), memory.bytes(), compute);
  compute.synchronize();
  EXPECT_EQ(back, values);
  all_->on_device()->check();
}

TEST_F(NcclTest, CanBeCapturedIntoAGraph) {
  const cuda::Stream compute;
  const cuda::DeviceMemory memory(1024, "values");
  cuda::fill_zero(memory.data(), memory.bytes(), compute);
  compute.synchronize();
  cuda::Event ready;
  cudaGraph_t graph = nullptr;
  cuda::check(cudaStreamBeginCapture(compute.get(), cudaStreamCaptureModeThreadLocal), "begin");
  ready.record(compute);
  all_->on_device()->start_sum(memory.data(), 512, ElementType::bf16, ready);
  all_->on_device()->finish_on(compute);
  cuda::check(cudaStreamEndCapture(compute.get(), &graph), "end");
  cudaGraphExec_t step = nullptr;
  cuda::check(cudaGraphInstantiate(&step, graph, 0), "cudaGraphInstantiate");
  cuda::check(cudaGraphLaunch(step, compute.get()), "cudaGraphLaunch");
  cuda::check(cudaGraphLaunch(step, compute.get()), "cudaGraphLaunch");
  compute.synchronize();
  cudaGraphExecDestroy(step);
  cudaGraphDestroy(graph);
}

}  // namespace
}  // namespace vggflow::testing
