// A captured step finds the next step's values where they lie.
#include "nets/cudnn/kernels/dropout.h"
#include "tests/nets/cudnn_device_test.h"
#include "tests/nets/cudnn_on_host.h"

namespace vggflow::cudnn {
namespace {

struct GraphTraits {
  using Handle = cudaGraph_t;
  static Handle none() { return nullptr; }
  static void close(Handle handle) noexcept { static_cast<void>(cudaGraphDestroy(handle)); }
};
struct ExecutableTraits {
  using Handle = cudaGraphExec_t;
  static Handle none() { return nullptr; }
  static void close(Handle handle) noexcept { static_cast<void>(cudaGraphExecDestroy(handle)); }
};

using CudnnCapture = CudnnDeviceTest;

TEST_F(CudnnCapture, ReplaysDropoutWithAnotherStepsMasks) {
  const MapShape shape{3, 1, 1, 64};
  const DropoutLayer layer{stream_key(11, "dropout#0"), 0.5};
  const auto ones = std::vector<float>(static_cast<std::size_t>(shape.elements()), 1.0F);
  const auto values = upload(ones);
  const auto step = upload(std::vector<DeviceStep>{{}});
  stream().synchronize();

  cuda::check(cudaStreamBeginCapture(stream().get(), cudaStreamCaptureModeThreadLocal),
              "cudaStreamBeginCapture");
  dropout(values.data(), shape, 64, layer, step.data(), stream());
  cudaGraph_t captured = nullptr;
  cuda::check(cudaStreamEndCapture(stream().get(), &captured), "cudaStreamEndCapture");
  const UniqueHandle<GraphTraits> graph(captured);
  cudaGraphExec_t made = nullptr;
  cuda::check(cudaGraphInstantiate(&made, captured, 0), "cudaGraphInstantiate");
  const UniqueHandle<ExecutableTraits> executable(made);

  for (const std::uint64_t iteration : {3, 4}) {
    const DeviceStep now{iteration, 10 * iteration, 0};
    cuda::copy(step.data(), &now, sizeof(now), stream());
    cuda::copy(values.data(), ones.data(), ones.size() * sizeof(float), stream());
    cuda::check(cudaGraphLaunch(made, stream().get()), "cudaGraphLaunch");
    auto wanted = ones;
    on_host::dropout(wanted.data(), shape, 64, dropout_rule(layer.key, 0.5), now);
    expect_same_bits(values.values(), wanted);
  }
}

}  // namespace
}  // namespace vggflow::cudnn
