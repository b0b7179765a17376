// The flow over real JPEGs: generated images through the codec and the registered stages.
#include <gmock/gmock.h>

#include <set>

#include "pipeline/flow.h"
#include "stages/codec/open_image.h"
#include "stages/generated/generated.h"

namespace vggflow {
namespace {

StageList stages() {
  const auto with = [](const char* name, const char* key, const char* value) {
    Value params = Value::map();
    params.entries.emplace_back(key, Value::text(value));
    Value stage = Value::map();
    stage.entries.emplace_back(name, std::move(params));
    return stage;
  };
  Value list = Value::list();
  list.items = {with("rescale", "side", "64"), with("random_crop", "size", "56"),
                with("flip", "probability", "0.5")};
  return make_stages(list, "pipeline");
}

std::unique_ptr<Dataset> images() {
  return open_generated({.classes = 4, .images = 12}, GeneratedSplit::train);
}

std::vector<std::string> run(Flow& flow) {
  std::vector<std::string> all;
  while (const BatchLease lease = flow.next()) all.push_back(digest(*lease));
  return all;
}

TEST(FlowGenerated, TrainingBatchesAreTheSameBitsForAnyWorkersAndPrefetch) {
  const auto dataset = images();
  TrainingPlan plan;
  plan.batch = 16;
  plan.image = {56, 56};
  plan.batches = 6;
  std::set<std::vector<std::string>> runs;
  for (const int workers : {1, 2, 3, 8}) {
    Flow flow(*dataset, stages(), plan_training(dataset->size(), plan),
              {.seed = 1, .workers = workers, .prefetch = 1 + workers % 3});
    runs.insert(run(flow));
    EXPECT_TRUE(flow.failures().empty());
  }
  EXPECT_EQ(runs.size(), 1U);
  EXPECT_EQ(runs.begin()->size(), 6U);
}

TEST(FlowGenerated, ScoringFillsEveryImageAndViewOnce) {
  const auto dataset = images();
  ScoringPlan plan;
  plan.views = {{View::Kind::whole, 64, 0, false},
                {View::Kind::whole, 64, 0, true},
                {View::Kind::whole, 96, 0, false},
                {View::Kind::centre, 64, 56, false}};
  plan.batch = 16;
  Flow flow(*dataset, scoring_stages(stages()), plan_scoring(*dataset, open_image, plan),
            {.workers = 3});
  std::set<std::pair<std::uint64_t, std::uint32_t>> filled;
  while (const BatchLease lease = flow.next()) {
    for (std::size_t n = 0; n < lease->ids.size(); ++n) {
      EXPECT_TRUE(filled.emplace(lease->ids[n], lease->views[n]).second);
      EXPECT_EQ(lease->weights[n], 1.0F);
    }
  }
  EXPECT_EQ(filled.size(), dataset->size() * plan.views.size());
}

}  // namespace
}  // namespace vggflow
