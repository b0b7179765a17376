#include "nets/comm/launch.h"

#include <gtest/gtest.h>

#include <cstdlib>

namespace vggflow::testing {
namespace {

class LaunchTest : public ::testing::Test {
 protected:
  void SetUp() override {
    for (const char* name : {"OMPI_COMM_WORLD_SIZE", "OMPI_COMM_WORLD_RANK", "PMI_SIZE", "PMI_RANK",
                             "SLURM_STEP_NUM_TASKS", "SLURM_PROCID", "SLURM_NTASKS"}) {
      ::unsetenv(name);
    }
  }
  void TearDown() override { SetUp(); }
  static void set(const char* name, const char* value) { ::setenv(name, value, 1); }
};

TEST_F(LaunchTest, AloneWithoutALauncher) {
  EXPECT_EQ(launch().size, 1);
  EXPECT_EQ(launch().rank, 0);
  EXPECT_EQ(launch().launcher, "");
}

TEST_F(LaunchTest, EachLauncherHasItsVariables) {
  const struct {
    const char *size, *rank, *launcher;
  } known[] = {{"OMPI_COMM_WORLD_SIZE", "OMPI_COMM_WORLD_RANK", "mpirun"},
               {"SLURM_STEP_NUM_TASKS", "SLURM_PROCID", "srun"},
               {"PMI_SIZE", "PMI_RANK", "mpiexec"}};
  for (const auto& [size, rank, launcher] : known) {
    SetUp();
    set(size, "4");
    EXPECT_EQ(launch().size, 1) << launcher;  // one variable alone is no launcher's
    set(rank, "3");
    EXPECT_EQ(launch().size, 4) << launcher;
    EXPECT_EQ(launch().rank, 3) << launcher;
    EXPECT_EQ(launch().launcher, launcher);
  }
}

TEST_F(LaunchTest, TheScriptOfASlurmJobIsNoProcessOfSrun) {
  set("SLURM_NTASKS", "4");
  set("SLURM_PROCID", "0");
  EXPECT_EQ(launch().size, 1);
}

TEST_F(LaunchTest, WhatIsNoRankOfThatManyIsNoLaunchers) {
  set("OMPI_COMM_WORLD_SIZE", "4");
  for (const char* rank : {"4", "-1", "", "two", "1x"}) {
    set("OMPI_COMM_WORLD_RANK", rank);
    EXPECT_EQ(launch().size, 1) << rank;
  }
}

}  // namespace
}  // namespace vggflow::testing
