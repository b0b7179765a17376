#include <gmock/gmock.h>
#include <tbb/global_control.h>

#include "tests/pipeline/flow_fixtures.h"

namespace vggflow {
namespace {

using namespace testing;  // NOLINT: the fixtures

// The time limit of the test is what turns a hang into a failure.
TEST(FlowFeeding, GoesOnWhereTheHostAllowsTbbNoThreadButItsOwn) {
  const tbb::global_control one(tbb::global_control::max_allowed_parallelism, 1);
  const MemoryDataset dataset(40);
  for (const int workers : {1, 3}) {
    for (int round = 0; round < 10; ++round) {
      Flow flow(dataset, training_stages(), plan_training(40, training_plan(8, 12)),
                {.seed = 5, .workers = workers});
      EXPECT_EQ(digests(flow).size(), 12U);
    }
  }
}

}  // namespace
}  // namespace vggflow
