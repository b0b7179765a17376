#include "pipeline/flow_cells.h"

#include <gtest/gtest.h>

namespace vggflow {
namespace {

Plan plan_of(std::uint64_t jobs) {
  Plan plan;
  plan.batches.push_back({0, 0, {static_cast<int>(jobs), {2, 2}}});
  for (std::uint64_t id = 0; id < jobs; ++id) {
    plan.jobs.push_back({id, 0, id, static_cast<std::uint32_t>(id), 1});
    plan.destinations.push_back({0, static_cast<int>(id), std::nullopt});
  }
  return plan;
}

std::string error_of(FlowCells& cells) {
  try {
    static_cast<void>(cells.next());
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

TEST(FlowCells, NextDoesNotWaitForJobsThatWereNeverFed) {
  FlowCells cells(2);
  cells.queue(cells[0], plan_of(4), std::nullopt);
  cells.job_done(cells[0]);
  cells.break_off(std::make_exception_ptr(Error(Origin::system, "cannot feed a job")));
  EXPECT_EQ(error_of(cells), "cannot feed a job");
}

TEST(FlowCells, BreakingOffComesBeforeWhatIsFull) {
  FlowCells cells(1);
  cells.queue(cells[0], plan_of(1), std::nullopt);
  cells.job_done(cells[0]);
  cells.break_off(std::make_exception_ptr(Error(Origin::system, "out of memory")));
  EXPECT_TRUE(cells.stopped());
  EXPECT_EQ(error_of(cells), "out of memory");
  EXPECT_EQ(error_of(cells), "out of memory");
  cells.cancel();
  EXPECT_EQ(cells.next().batch, nullptr);
}

}  // namespace
}  // namespace vggflow
