#include "tests/experiments/run/several_processes.h"

#include "experiments/evaluation/results_file.h"

namespace vggflow::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

TEST_F(SeveralProcesses, TrainAsOneDoesUpToRounding) {
  const std::vector<std::string> briefly = {"--set", "train.iterations=20"};
  ASSERT_EQ(run_to_the_end("one", briefly).exit_code, 0);
  for (const int count : {2, 4}) {
    const std::string out = std::to_string(count);
    const CommandResult result = run_many(count, out, briefly);
    ASSERT_EQ(result.exit_code, 0) << result.err;
    expect_close_weights("one", out);
    const TrainingHistory one = load_history(folder_ / "one/tiny");
    const TrainingHistory several = load_history(folder_ / out / "tiny");
    ASSERT_EQ(one.log.size(), several.log.size());
    for (std::size_t i = 0; i < one.log.size(); ++i) {
      EXPECT_EQ(one.log[i].iteration, several.log[i].iteration);
      EXPECT_NEAR(one.log[i].loss, several.log[i].loss, 1e-4);
      EXPECT_NEAR(one.log[i].top1_error, several.log[i].top1_error, 1e-9);
    }
    EXPECT_EQ(one.validation.size(), several.validation.size());
    EXPECT_EQ(load_evaluation(folder_ / out / "tiny", "single").names,
              load_evaluation(folder_ / "one/tiny", "single").names);
  }
}

TEST_F(SeveralProcesses, AccumulateTheirPartsOfABatch) {
  const std::vector<std::string> briefly = {
      "--set", "train.iterations=12", "--set", "train.accumulate=2", "--set", "evaluate=null"};
  ASSERT_EQ(run_to_the_end("one", briefly).exit_code, 0);
  ASSERT_EQ(run_many(2, "two", briefly).exit_code, 0);
  expect_close_weights("one", "two");
}

TEST_F(SeveralProcesses, KilledAndStoppedTheyEndWithTheBytesOfARunThatWasNot) {
  ASSERT_EQ(run_many(2, "whole").exit_code, 0);
  // Whose death, or whose signal, it is makes no difference.
  const struct {
    int rank, signal;
  } blows[] = {{1, SIGKILL}, {1, SIGTERM}, {0, SIGKILL}, {0, SIGINT}};
  for (const auto& [rank, signal] : blows) {
    const pid_t run = start(many(2, command_line("hit")));
    ASSERT_FALSE(let_run(run, "hit", 3, std::chrono::microseconds(0)));
    ::kill(process_of(run, rank), signal);
    int status = 0;
    ::waitpid(run, &status, 0);
    ASSERT_TRUE(WIFEXITED(status));
    if (signal == SIGKILL) {
      EXPECT_NE(WEXITSTATUS(status), 0);
    } else {
      EXPECT_EQ(WEXITSTATUS(status), 75) << rank;
    }
  }
  const CommandResult rest = run_many(2, "hit");
  ASSERT_EQ(rest.exit_code, 0) << rest.err;
  expect_same_weights("whole", "hit");
  EXPECT_EQ(load_history(folder_ / "whole/tiny").validation.size(),
            load_history(folder_ / "hit/tiny").validation.size());
}

TEST_F(SeveralProcesses, AnotherNumberGoesOnAndSaysSo) {
  const std::vector<std::string> half = {"--set", "train.iterations=12", "--set", "evaluate=null"};
  const std::vector<std::string> whole = {"--set", "train.iterations=24", "--set", "evaluate=null"};
  ASSERT_EQ(run_to_the_end("one", whole).exit_code, 0);
  ASSERT_EQ(run_many(2, "more", half).exit_code, 0);
  const CommandResult more = run_many(4, "more", whole);
  ASSERT_EQ(more.exit_code, 0) << more.err;
  EXPECT_THAT(more.err, HasSubstr("threads, 2 processes so far, goes on with"));
  EXPECT_EQ(count_of(more.err, "the same up to rounding"), 1);
  expect_close_weights("one", "more");
  const std::string results = file_text(folder_ / "more/tiny/results.h5");
  EXPECT_THAT(results, AllOf(HasSubstr("processes"), HasSubstr("threads, 4 processes")));
}

TEST_F(SeveralProcesses, GoBackTogetherWhenTheLossIsNotFinite) {
  // Each step multiplies the weights by a large number, also when the rate was halved eight times.
  const std::string spoiled = "train.sgd={rate: 1.0e+6, decay: 1000}";
  const CommandResult stopped = run_many(2, "stops", {"--set", spoiled});
  EXPECT_EQ(stopped.exit_code, 1);
  EXPECT_EQ(count_of(stopped.err, "vggflow: "), 1) << stopped.err;
  EXPECT_THAT(stopped.err, HasSubstr("the loss is not finite at iteration"));
  const CommandResult back =
      run_many(2, "back", {"--set", spoiled, "--set", "train.on_nan=reload"});
  EXPECT_EQ(back.exit_code, 1);
  EXPECT_EQ(count_of(back.err, "gone back to iteration"), 8) << back.err;
  EXPECT_EQ(count_of(back.err, "gone back 8 times in vain"), 1) << back.err;
}

TEST_F(SeveralProcesses, WhatAllOfThemRefuseIsSaidOnce) {
  const CommandResult batch = run_many(3, "batch");
  EXPECT_EQ(batch.exit_code, 2);
  EXPECT_EQ(count_of(batch.err,
                     "train.batch: 8 does not divide into equal parts for 3 processes; "
                     "allowed: multiples of 3"),
            1)
      << batch.err;
  const CommandResult flag = run_many(2, "flag", {"--no-such-flag"});
  EXPECT_EQ(flag.exit_code, 2);
  EXPECT_EQ(count_of(flag.err, "no-such-flag"), 1) << flag.err;
  const CommandResult spec = run_many(2, "spec", {"--set", "train.batsch=2"});
  EXPECT_EQ(spec.exit_code, 2);
  EXPECT_EQ(count_of(spec.err, "train.batsch: is not a known key"), 1) << spec.err;
}

TEST_F(SeveralProcesses, AreOneInTheFolder) {
  const pid_t run = start(many(2, command_line("busy")));
  ASSERT_FALSE(let_run(run, "busy", 1, std::chrono::microseconds(0)));
  const pid_t first = process_of(run, 0);
  ::kill(first, SIGSTOP);
  const CommandResult second = run_many(2, "busy");
  EXPECT_EQ(second.exit_code, 2);
  EXPECT_EQ(count_of(second.err, "another process is at work"), 1) << second.err;
  ::kill(first, SIGKILL);
  ::waitpid(run, nullptr, 0);
}

TEST_F(SeveralProcesses, OtherCommandsAreOfOneProcess) {
  for (const char* name : {"evaluate", "reproduce"}) {
    const CommandResult result =
        run_program(many(2, {VGGFLOW_COMMAND, name, longer_, "--out", folder_ / "o"}));
    EXPECT_EQ(result.exit_code, 2);
    EXPECT_EQ(count_of(result.err, std::string(name) + " is the work of one process; mpirun "
                                                       "started 2; allowed: run"),
              1)
        << result.err;
  }
  const CommandResult version = run_program(many(2, {VGGFLOW_COMMAND, "--version"}));
  EXPECT_EQ(version.exit_code, 0);
  EXPECT_EQ(count_of(version.out, "\n"), 1) << version.out;
}

TEST_F(SeveralProcesses, ABuildWithoutMpiSaysSoOnce) {
  const fs::path built = fs::path(VGGFLOW_COMMAND).parent_path();
  for (const auto& file : fs::directory_iterator(built)) {
    const std::string name = file.path().filename();
    if (name.starts_with("libvggflow.so")) fs::copy(file, folder_ / name);
  }
  const auto words = many(2, command_line("none"));
  std::vector<std::string> elsewhere{"env", "LD_LIBRARY_PATH=" + folder_.path().string()};
  elsewhere.insert(elsewhere.end(), words.begin(), words.end());
  const CommandResult result = run_program(elsewhere);
  EXPECT_EQ(result.exit_code, 2) << result.err;
  EXPECT_EQ(count_of(result.err, "mpirun started 2 processes, and this build has no MPI"), 1)
      << result.err;
  EXPECT_FALSE(fs::exists(folder_ / "none"));
}

}  // namespace
}  // namespace vggflow::testing
