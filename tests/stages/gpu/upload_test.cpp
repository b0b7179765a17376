#include "stages/gpu/upload.h"

#include <gtest/gtest.h>

#include "base/cuda/device.h"
#include "base/cuda/device_batch.h"
#include "base/cuda/memory.h"
#include "base/error.h"
#include "tests/pipeline/flow_fixtures.h"

namespace vggflow {
namespace {

using namespace testing;  // NOLINT: the fixtures

/// The slots, cut out of what lies on the card.
std::vector<std::uint8_t> pixels_on_card(const Batch& batch, const cuda::Stream& stream) {
  const cuda::DeviceBatch& device = *batch.device;
  const auto slots = static_cast<std::size_t>(batch.shape.slots);
  std::vector<Cut> cuts(slots);
  stream.wait_for(*device.ready);
  cuda::copy(cuts.data(), device.cuts, slots * sizeof(Cut), stream);
  stream.synchronize();
  const Size image = batch.shape.image;
  std::int64_t end = 0;
  for (const Cut& cut : cuts) {
    end = std::max(end, cut.first + std::int64_t{image.height - 1} * cut.row + image.width);
  }
  std::vector<std::uint8_t> uploaded(static_cast<std::size_t>(end * kChannels));
  cuda::copy(uploaded.data(), device.pixels, uploaded.size(), stream);
  stream.synchronize();
  device.used_by(stream);
  std::vector<std::uint8_t> pixels;
  for (const Cut& cut : cuts) {
    for (int y = 0; y < image.height; ++y) {
      for (int x = 0; x < image.width; ++x) {
        const int from = cut.mirrored == 1 ? image.width - 1 - x : x;
        const std::int64_t pixel = cut.first + std::int64_t{y} * cut.row + from;
        for (int c = 0; c < kChannels; ++c) pixels.push_back(uploaded.at(pixel * kChannels + c));
      }
    }
  }
  return pixels;
}

/// What a flow with the stage puts on the card, beside the slots of the same flow without it.
void expect_same(const std::function<std::unique_ptr<Flow>(const MakeBatchStage&)>& flow_with) {
  if (const std::string why = cuda::why_unusable(); !why.empty()) GTEST_SKIP() << why;
  const cuda::Stream stream;
  const auto plain = flow_with({});
  const auto staged = flow_with(make_upload_stage);
  while (const BatchLease expected = plain->next()) {
    const BatchLease lease = staged->next();
    ASSERT_TRUE(lease);
    ASSERT_NE(lease->device, nullptr);
    EXPECT_EQ(pixels_on_card(*lease, stream), expected->pixels);
  }
  EXPECT_FALSE(staged->next());
}

TEST(Upload, OfTraining) {
  const MemoryDataset dataset(60);
  expect_same([&](const MakeBatchStage& stage) {
    return std::make_unique<Flow>(dataset, training_stages(),
                                  plan_training(dataset.size(), training_plan(16, 20)),
                                  FlowOptions{.workers = 3, .batch_stage = stage});
  });
}

TEST(Upload, OfGridsOfCrops) {
  const MemoryDataset dataset(20);
  ScoringPlan plan;
  plan.batch = 40;
  for (int place = 0; place < 9; ++place) {
    for (const bool mirror : {false, true}) {
      plan.views.push_back({View::Kind::grid, 16, 12, mirror, 3, place % 3, place / 3});
    }
  }
  expect_same([&](const MakeBatchStage& stage) {
    return std::make_unique<Flow>(dataset, StageList{decode_stage()},
                                  plan_scoring(dataset, open_memory, plan),
                                  FlowOptions{.workers = 3, .batch_stage = stage});
  });
}

TEST(Upload, WithoutACardItSaysWhyThereIsNone) {
  const std::string why = cuda::why_unusable();
  if (why.empty()) GTEST_SKIP() << "there is a card";
  try {
    static_cast<void>(make_upload_stage(nullptr));
    ADD_FAILURE() << "there is no card";
  } catch (const Error& error) {
    EXPECT_EQ(error.what(), why);
  }
}

}  // namespace
}  // namespace vggflow
