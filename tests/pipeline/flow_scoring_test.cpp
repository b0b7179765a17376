#include <gmock/gmock.h>

#include <map>

#include "tests/pipeline/flow_fixtures.h"

namespace vggflow {
namespace {

using namespace testing;  // NOLINT: the fixtures

Size size_of(std::uint64_t id) {
  const int side = 20 + static_cast<int>(id * 7 % 5);
  return id % 2 == 0 ? Size{side, 20} : Size{20, side};
}

ScoringPlan options(int window, int batch) {
  ScoringPlan plan;
  plan.views = {{View::Kind::whole, 16, 0, false},
                {View::Kind::whole, 16, 0, true},
                {View::Kind::whole, 20, 0, false},
                {View::Kind::centre, 16, 12, true}};
  plan.batch = batch;
  plan.window = window;
  return plan;
}

struct Slot {
  Size size;
  std::vector<std::uint8_t> pixels;
  std::int32_t label = 0;
  float weight = 0;
  friend bool operator==(const Slot&, const Slot&) = default;
};
using Slots = std::map<std::pair<std::uint64_t, std::uint32_t>, Slot>;  // by id and view

void collect(const Batch& batch, Slots& slots) {
  for (int n = 0; n < batch.shape.slots; ++n) {
    const std::uint8_t* data = batch.slot(n).data;
    Slot slot{
        batch.shape.image, {data, data + batch.slot_bytes()}, batch.labels[n], batch.weights[n]};
    const bool first = slots.try_emplace({batch.ids[n], batch.views[n]}, std::move(slot)).second;
    EXPECT_TRUE(first) << "image " << batch.ids[n] << ", view " << batch.views[n] << " twice";
  }
}

Slots slots_of(Flow& flow) {
  Slots slots;
  while (const BatchLease lease = flow.next()) collect(*lease, slots);
  return slots;
}

TEST(FlowScoring, FillsEachImageAndViewOnceWhateverWindowAndBatch) {
  const MemoryDataset dataset(60, size_of);
  std::optional<Slots> expected;
  for (const int window : {1, 9, 100}) {
    for (const int batch : {1, 6, 32}) {
      for (const int workers : {1, 3}) {
        Flow flow(dataset, {decode_stage(), tint_stage()},
                  plan_scoring(dataset, open_memory, options(window, batch)),
                  {.workers = workers, .prefetch = 1 + batch % 3});
        const Slots slots = slots_of(flow);
        EXPECT_EQ(slots.size(), 60U * 4U);
        if (!expected) expected = slots;
        EXPECT_TRUE(slots == *expected);
      }
    }
  }
}

TEST(FlowScoring, ViewsAreTheirGeometry) {
  const MemoryDataset dataset(6, [](auto) { return Size{30, 20}; });
  ScoringPlan plan = options(8, 16);
  plan.views = {{View::Kind::whole, 20, 0, false}, {View::Kind::centre, 20, 10, true}};
  Flow flow(dataset, {decode_stage()}, plan_scoring(dataset, open_memory, plan), {.workers = 2});
  for (const auto& [key, slot] : slots_of(flow)) {
    const auto [id, view] = key;
    EXPECT_EQ(slot.size, view == 0 ? (Size{30, 20}) : (Size{10, 10}));
    // The mirrored centre window starts at its right end: x = (30 - 10) / 2 + 9, y = 5.
    EXPECT_EQ(slot.pixels[0], view == 0 ? memory_pixel(id, 0, 0, 0) : memory_pixel(id, 19, 5, 0));
    EXPECT_EQ(slot.label, dataset.label(id));
  }
}

TEST(FlowScoring, AllViewsOfAPictureDrawTheSameNumbers) {
  const MemoryDataset dataset(20, size_of);
  Flow flow(dataset, {decode_stage(), tint_stage()},
            plan_scoring(dataset, open_memory, options(8, 16)), {.workers = 3});
  std::map<std::uint64_t, std::set<float>> shifts;
  while (const BatchLease lease = flow.next()) {
    for (std::size_t n = 0; n < lease->ids.size(); ++n) {
      shifts[lease->ids[n]].insert(lease->colour[n].m[3]);
    }
  }
  EXPECT_EQ(shifts.size(), 20U);
  for (const auto& [id, drawn] : shifts) EXPECT_EQ(drawn.size(), 1U) << id;
}

TEST(FlowScoring, DecodesAPictureOnceForAllItsViews) {
  const MemoryDataset dataset(20, size_of);
  MemorySource::decodes = 0;
  Flow flow(dataset, {decode_stage()}, plan_scoring(dataset, open_memory, options(8, 16)), {});
  slots_of(flow);
  EXPECT_EQ(MemorySource::decodes, 20);
}

TEST(FlowScoring, SkipsDamagedImagesInAllTheirViewsAndLeavesOutUnreadableOnes) {
  MemoryDataset dataset(20, size_of);
  dataset.damage(4);
  dataset.empty(11);
  Flow flow(dataset, {decode_stage()}, plan_scoring(dataset, open_memory, options(8, 16)),
            {.workers = 2, .on_error = OnError::skip});
  const Slots slots = slots_of(flow);
  EXPECT_EQ(slots.size(), 19U * 4U);
  for (const auto& [key, slot] : slots) {
    EXPECT_NE(key.first, 11U);
    EXPECT_EQ(slot.weight, key.first == 4 ? 0.0F : 1.0F);
    const bool zeros =
        std::set(slot.pixels.begin(), slot.pixels.end()) == std::set<std::uint8_t>{0};
    EXPECT_EQ(zeros, key.first == 4);
  }
  const auto failures = flow.failures();
  ASSERT_EQ(failures.size(), 2U);
  EXPECT_EQ(failures[0].reason, "render: the file ends early");
  EXPECT_EQ(failures[1].reason, "decode: not an image: it is empty");
}

TEST(FlowScoring, UnreadableHeadersFailTheFlowUnlessSkipped) {
  MemoryDataset dataset(3);
  for (const int id : {0, 1, 2}) dataset.empty(id);
  Flow flow(dataset, {decode_stage()}, plan_scoring(dataset, open_memory, options(8, 16)), {});
  EXPECT_THROW(static_cast<void>(flow.next()), Error);
  Flow skipping(dataset, {decode_stage()}, plan_scoring(dataset, open_memory, options(8, 16)),
                {.on_error = OnError::skip});
  EXPECT_FALSE(skipping.next());
  EXPECT_EQ(skipping.failures().size(), 3U);
}

}  // namespace
}  // namespace vggflow
