// A flow whose stage counts samples in a plain int that all workers share: a data race on purpose.
#include <chrono>
#include <cstdio>
#include <thread>

#include "tests/pipeline/flow_fixtures.h"

int main() {
  using namespace vggflow::testing;  // NOLINT: the fixtures
  int racy_count = 0;
  vggflow::StageList stages = training_stages();
  stages.push_back(placed("racy", vggflow::Role::augmentation, [&](auto&, auto&) {
    ++racy_count;
    std::this_thread::sleep_for(std::chrono::microseconds(100));  // lets the others in
  }));
  const MemoryDataset dataset(64);
  vggflow::Flow flow(dataset, stages, plan_training(dataset.size(), training_plan(16, 20)),
                     {.workers = 4});
  digests(flow);
  std::printf("%d samples counted\n", racy_count);
}
