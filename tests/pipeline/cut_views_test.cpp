#include <gmock/gmock.h>

#include <numeric>

#include "base/packed_batch.h"
#include "tests/pipeline/batch_stage_fixture.h"
#include "tests/pipeline/flow_fixtures.h"

namespace vggflow {
namespace {

using namespace testing;  // NOLINT: the fixtures

/// As evaluations list them: each window, then its mirror image.
void add_grid(std::vector<View>& views, int short_side, int grid) {
  for (int row = 0; row < grid; ++row) {
    for (int column = 0; column < grid; ++column) {
      for (const bool mirror : {false, true}) {
        views.push_back({View::Kind::grid, short_side, 12, mirror, grid, column, row});
      }
    }
  }
}

Size size_of(std::uint64_t id) { return {20 + static_cast<int>(id % 5), 22}; }

/// Full batches of a flow in the order of their delivery.
std::vector<Batch> batches_of(const Dataset& dataset, const std::vector<View>& views, int batch,
                              bool cuts, const StageList& stages) {
  ScoringPlan plan;
  plan.views = views;
  plan.batch = batch;
  FakeDevice device;
  device.takes_cuts = cuts;
  Flow flow(dataset, stages, plan_scoring(dataset, open_memory, plan),
            {.workers = 3, .on_error = OnError::skip, .batch_stage = stage_of(device)});
  std::vector<Batch> all;
  while (const BatchLease lease = flow.next()) all.push_back(*lease);
  return all;
}

void expect_equal(const std::vector<Batch>& cut, const std::vector<Batch>& plain) {
  ASSERT_EQ(cut.size(), plain.size());
  for (std::size_t b = 0; b < cut.size(); ++b) {
    EXPECT_EQ(digest(cut[b]), digest(plain[b])) << "batch " << b;
    EXPECT_EQ(cut[b].views, plain[b].views);
    EXPECT_TRUE(plain[b].cuts.empty());
    EXPECT_EQ(cut[b].cuts.size(), plain[b].weights.size());
  }
}

std::size_t packed_bytes(const std::vector<Batch>& batches) {
  return std::accumulate(
      batches.begin(), batches.end(), std::size_t{0},
      [](std::size_t sum, const Batch& batch) { return sum + packed(batch).bytes; });
}

TEST(CutViews, CutOutTheyAreTheBatchesOfTheProcessor) {
  MemoryDataset dataset(30, size_of);
  dataset.damage(7);
  std::vector<View> views;
  add_grid(views, 16, 3);
  add_grid(views, 20, 2);
  views.push_back({View::Kind::whole, 20, 0, false});
  views.push_back({View::Kind::centre, 18, 12, true});
  const StageList stages{decode_stage(), tint_stage()};
  for (const int batch : {1, 7, 30, 128}) {
    expect_equal(batches_of(dataset, views, batch, true, stages),
                 batches_of(dataset, views, batch, false, stages));
  }
}

TEST(CutViews, APictureIsHeldOnceForAllItsWindows) {
  const MemoryDataset dataset(10, [](auto) { return Size{32, 24}; });
  std::vector<View> views;
  add_grid(views, 24, 5);
  const StageList stages{decode_stage()};
  const std::vector<Batch> cut = batches_of(dataset, views, 500, true, stages);
  ASSERT_EQ(cut.size(), 1U);
  EXPECT_EQ(std::accumulate(cut[0].held_px.begin(), cut[0].held_px.end(), std::int64_t{0}),
            10 * 32 * 24);
  const std::vector<Batch> plain = batches_of(dataset, views, 500, false, stages);
  EXPECT_LT(packed_bytes(cut), packed_bytes(plain) / 3);
  expect_equal(cut, plain);
}

TEST(CutViews, WindowsThatAreSmallerThanTheirPictureAreCopied) {
  const MemoryDataset dataset(6, [](auto) { return Size{90, 60}; });
  std::vector<View> views;
  add_grid(views, 60, 2);  // 8 windows of 144 px, from a picture of 5400
  const StageList stages{decode_stage()};
  const std::vector<Batch> cut = batches_of(dataset, views, 64, true, stages);
  for (const Batch& batch : cut) EXPECT_THAT(batch.held_px, ::testing::Each(12 * 12));
  expect_equal(cut, batches_of(dataset, views, 64, false, stages));
}

TEST(CutViews, AStageThatChangesPixelsGivesEachViewItsOwn) {
  const MemoryDataset dataset(12, size_of);
  std::vector<View> views;
  add_grid(views, 16, 3);
  const StageList stages{decode_stage(), placed("invert", Role::normalisation, [](auto& s, auto&) {
                           const ImageView pixels = s.picture.pixels().view();
                           for (int y = 0; y < pixels.size.height; ++y) {
                             for (int b = 0; b < pixels.size.width * kChannels; ++b) {
                               pixels.row(y)[b] ^= static_cast<std::uint8_t>(0xFF);
                             }
                           }
                         })};
  const std::vector<Batch> cut = batches_of(dataset, views, 64, true, stages);
  for (const Batch& batch : cut) EXPECT_THAT(batch.held_px, ::testing::Each(12 * 12));
  expect_equal(cut, batches_of(dataset, views, 64, false, stages));
}

TEST(CutViews, TrainingHasNoCuts) {
  const MemoryDataset dataset(60);
  FakeDevice device;
  device.takes_cuts = true;
  Flow flow(dataset, training_stages(), plan_training(dataset.size(), training_plan(16, 2)),
            {.batch_stage = stage_of(device)});
  while (const BatchLease lease = flow.next()) EXPECT_TRUE(lease->cuts.empty());
}

}  // namespace
}  // namespace vggflow
