#include <gmock/gmock.h>

#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <thread>

#include "reproduce_fixture.h"

namespace vggflow::testing {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

TEST_F(Reproduce, RunsWhatARowStartsFromAndWritesTheTable) {
  write_file(folder_ / "next.yaml", "extends: good.yaml\nname: next\ninit: {from: good}\n");
  const CommandResult result = reproduce({"next"});
  ASSERT_EQ(result.exit_code, 0) << result.err;
  EXPECT_TRUE(fs::exists(folder_ / "out/good/weights.h5"));
  EXPECT_THAT(markdown(), AllOf(HasSubstr("# Small"), HasSubstr("| next |"), HasSubstr("| 29.6 |"),
                                HasSubstr("next/evaluations/single.h5")));
}

TEST_F(Reproduce, AFailureIsANoteAndWhatDoesNotNeedItGoesOn) {
  write_file(folder_ / "broken.yaml",
             "extends: good.yaml\nname: broken\n"
             "data: {train: {generated: null, folder: nowhere}}\n");
  write_file(folder_ / "child.yaml", "extends: good.yaml\nname: child\ninit: {from: broken}\n");
  const CommandResult result = reproduce({"broken", "child", "good"});
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(result.err, HasSubstr("not every row was measured"));
  EXPECT_THAT(
      markdown(),
      AllOf(HasSubstr("\nbroken (S [28;40]): "), HasSubstr("nowhere"),
            HasSubstr("\nchild (S [28;40]): not run: it starts from broken, which failed\n"),
            HasSubstr("good/evaluations/single.h5")));
  EXPECT_THAT(markdown(), Not(HasSubstr("child/evaluations")));
}

// The library's own exceptions are not the only ones: links in a circle are std::filesystem's.
TEST_F(Reproduce, AnyExceptionOfAnExperimentIsANote) {
  write_file(folder_ / "looped.yaml", "extends: good.yaml\nname: looped\n");
  fs::create_directories(folder_ / "out");
  fs::create_directory_symlink("looped", folder_ / "out/looped");
  const CommandResult result = reproduce({"looped", "good"});
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(markdown(),
              AllOf(HasSubstr("\nlooped (S [28;40]): "), HasSubstr("good/evaluations/single.h5")));
}

TEST_F(Reproduce, OnlyWhatTheRowsNeedIsScored) {
  write_file(folder_ / "next.yaml", "extends: good.yaml\nname: next\ninit: {from: good}\n");
  ASSERT_EQ(reproduce({"next"}).exit_code, 0);
  EXPECT_TRUE(is_there("good/weights.h5"));
  EXPECT_FALSE(is_there("good/evaluations"));
  EXPECT_TRUE(is_there("next/evaluations/single.h5"));
  EXPECT_FALSE(is_there("next/evaluations/center.h5"));
}

TEST_F(Reproduce, AFailedEvaluationLeavesTheOthersAndTheNextRunMakesIt) {
  const std::string rows =
      "  - {experiment: good.yaml, evaluation: center, paper: {}}\n"
      "  - {experiment: good.yaml, paper: {}}\n";
  fs::create_directories(folder_ / "out/good/evaluations/center.h5/in the way");
  const CommandResult first = reproduce_rows(rows);
  EXPECT_EQ(first.exit_code, 1);
  EXPECT_THAT(first.out, AllOf(HasSubstr("\nFailed:\n  good/center: "),
                               HasSubstr("good/evaluations/single.h5")));
  fs::remove_all(folder_ / "out/good/evaluations/center.h5");
  const auto weights = fs::last_write_time(folder_ / "out/good/weights.h5");
  const auto single = fs::last_write_time(folder_ / "out/good/evaluations/single.h5");
  EXPECT_EQ(reproduce_rows(rows).exit_code, 0);
  EXPECT_EQ(fs::last_write_time(folder_ / "out/good/weights.h5"), weights);
  EXPECT_EQ(fs::last_write_time(folder_ / "out/good/evaluations/single.h5"), single);
}

TEST_F(Reproduce, WhereResultsAreIsSaidOnceForEachExperiment) {
  add_twin("twin");
  const CommandResult result = reproduce_rows(
      "  - {experiment: good.yaml, paper: {}}\n"
      "  - {experiment: good.yaml, evaluation: center, paper: {}}\n"
      "  - {experiment: twin.yaml, paper: {}}\n");
  ASSERT_EQ(result.exit_code, 0) << result.err;
  for (const char* name : {"good", "twin"}) {
    const std::string line = std::string(name) + ": results in ";
    EXPECT_NE(result.err.find(line), std::string::npos) << result.err;
    EXPECT_EQ(result.err.find(line), result.err.rfind(line)) << result.err;
  }
}

TEST_F(Reproduce, FusesAndJudgesAndWritesEveryFormat) {
  add_twin("twin");
  const std::string rows =
      "  - {experiment: good.yaml, paper: {}}\n"
      "  - {name: two, fuse: [good.yaml, twin.yaml], paper: {top1: 24}}\n"
      "  - {label: GoogLeNet, paper: {top5: 7.9}}\n"
      "findings:\n"
      "  - {claim: Fusion helps, section: 4, pairs: [{better: two, worse: good},\n"
      "                                             {better: two, worse: twin/center}]}\n";
  const CommandResult result = reproduce_rows(rows);
  ASSERT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(result.out, AllOf(HasSubstr("fusions/two.h5"), HasSubstr("GoogLeNet"),
                                HasSubstr("Fusion helps (section 4): "), HasSubstr("twin/center"),
                                HasSubstr("not measured: ")));
  for (const char* ending : {"md", "csv", "tex", "html", "json"}) {
    EXPECT_TRUE(is_there(std::string("tables/small.") + ending)) << ending;
  }
  EXPECT_THAT(file_text(folder_ / "out/tables/small.json"),
              HasSubstr("\"command\": \"vggflow reproduce "));
  const auto fused = fs::last_write_time(folder_ / "out/fusions/two.h5");
  ASSERT_EQ(reproduce_rows(rows).exit_code, 0);
  EXPECT_EQ(fs::last_write_time(folder_ / "out/fusions/two.h5"), fused);
}

TEST_F(Reproduce, AFusionWithoutAMemberIsANote) {
  write_file(folder_ / "broken.yaml",
             "extends: good.yaml\nname: broken\n"
             "data: {train: {generated: null, folder: nowhere}}\n");
  const CommandResult result = reproduce_rows(
      "  - {name: two, fuse: [broken.yaml, good.yaml], paper: {}}\n"
      "  - {experiment: good.yaml, paper: {}}\n");
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(markdown(), AllOf(HasSubstr("needs broken: "), HasSubstr("nowhere"),
                                HasSubstr("good/evaluations/single.h5")));
  EXPECT_FALSE(is_there("fusions"));
}

TEST_F(Reproduce, SeveralTablesShareTheirExperiments) {
  write_file(folder_ / "other.yaml",
             "title: Other\nevaluation: center\nrows: [{experiment: good.yaml, paper: {}}]\n");
  ASSERT_EQ(reproduce_rows("  - {experiment: good.yaml, paper: {}}\n", {"--quiet"}).exit_code, 0);
  const CommandResult both =
      run_vggflow({"reproduce", folder_ / "small.yaml", folder_ / "other.yaml", "--out",
                   folder_ / "out", "--set", "train.epochs=1"});
  ASSERT_EQ(both.exit_code, 0) << both.err;
  EXPECT_THAT(both.err, Not(HasSubstr("training on")));
  EXPECT_THAT(both.out, AllOf(HasSubstr("\nSmall\n"), HasSubstr("\nOther\n")));
  EXPECT_TRUE(is_there("tables/other.md"));
}

TEST_F(Reproduce, RowsAreSelectedAndUnknownOnesListed) {
  add_twin("twin");
  const std::string rows =
      "  - {experiment: good.yaml, paper: {}}\n  - {experiment: twin.yaml, paper: {}}\n";
  const CommandResult unknown = reproduce_rows(rows, {"--rows", "3"});
  EXPECT_EQ(unknown.exit_code, 2);
  EXPECT_THAT(unknown.err, HasSubstr("--rows: got '3'; allowed: numbers from 1 to 2 (\"1,3-5\"), "
                                     "good/single and twin/single"));
  const std::vector<std::vector<std::string>> nothing{
      {"--rows", ""}, {"--rows", " "}, {"--rows", ","}};
  for (const auto& words : nothing) {
    const CommandResult none = reproduce_rows(rows, words);
    EXPECT_EQ(none.exit_code, 2);
    EXPECT_THAT(none.err, HasSubstr("allowed: numbers from 1 to 2"));
  }
  EXPECT_FALSE(fs::exists(folder_ / "out"));
  ASSERT_EQ(reproduce_rows(rows, {"--rows", "twin"}).exit_code, 0);
  EXPECT_TRUE(is_there("twin/weights.h5"));
  EXPECT_FALSE(is_there("good"));
}

/// Sends a signal to a command as soon as the file is there; returns how it ended, of itself or so.
int signal_when_there(const std::vector<std::string>& words, const fs::path& file, int signal) {
  const pid_t child = ::fork();
  if (child == 0) {
    std::vector<char*> argv;
    for (const std::string& word : words) argv.push_back(const_cast<char*>(word.c_str()));
    argv.push_back(nullptr);
    ::execv(argv[0], argv.data());
    ::_exit(127);
  }
  int status = 0;
  while (!fs::exists(file) && ::waitpid(child, &status, WNOHANG) == 0) {
    // What is waited for is another process's file: nothing tells of it but a look at the folder.
    std::this_thread::sleep_for(std::chrono::microseconds(200));
  }
  if (::kill(child, signal) == 0) ::waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

TEST_F(Reproduce, ASignalEndsAllOfItAtACheckpoint) {
  add_twin("twin");
  write_file(folder_ / "small.yaml",
             "title: Small\nevaluation: single\nrows:\n  - {experiment: good.yaml, paper: {}}\n"
             "  - {experiment: twin.yaml, paper: {}}\n");
  const std::vector<std::string> command{VGGFLOW_COMMAND,
                                         "reproduce",
                                         folder_ / "small.yaml",
                                         "--out",
                                         folder_ / "out",
                                         "--quiet",
                                         "--set",
                                         "train.epochs=500",
                                         "--set",
                                         "train.checkpoint={iterations: 2, minutes: 0}"};
  EXPECT_EQ(signal_when_there(command, folder_ / "out/good/checkpoints", SIGTERM), 75);
  EXPECT_FALSE(is_there("good/weights.h5"));
  EXPECT_FALSE(is_there("twin"));
  EXPECT_FALSE(is_there("tables"));
}

TEST_F(Reproduce, FreshTrainsEachOnce) {
  const std::string rows =
      "  - {experiment: good.yaml, paper: {}}\n"
      "  - {experiment: good.yaml, evaluation: center, paper: {}}\n";
  ASSERT_EQ(reproduce_rows(rows).exit_code, 0);
  const CommandResult fresh = reproduce_rows(rows, {"--fresh"});
  ASSERT_EQ(fresh.exit_code, 0) << fresh.err;
  const std::string training = "good: training on";
  EXPECT_NE(fresh.err.find(training), std::string::npos);
  EXPECT_EQ(fresh.err.find(training), fresh.err.rfind(training));
}

TEST_F(Reproduce, GoesOnAfterKillsToTheSameNumbers) {
  write_file(folder_ / "next.yaml", "extends: good.yaml\nname: next\ninit: {from: good}\n");
  write_file(folder_ / "small.yaml",
             "title: Small\nevaluation: single\nrows:\n  - {experiment: next.yaml, paper: {}}\n"
             "  - {name: two, fuse: [good.yaml, next.yaml], paper: {}}\n");
  const auto command = [&](const std::string& out) {
    return std::vector<std::string>{VGGFLOW_COMMAND,
                                    "reproduce",
                                    folder_ / "small.yaml",
                                    "--out",
                                    folder_ / out,
                                    "--quiet",
                                    "--threads",
                                    "1",
                                    "--set",
                                    "train.checkpoint={iterations: 2, minutes: 0}"};
  };
  ASSERT_EQ(run_program(command("whole")).exit_code, 0);
  for (const char* file : {"good/checkpoints/000000002.h5", "good/weights.h5",
                           "next/checkpoints/000000008.h5", "next/evaluations/single.h5"}) {
    static_cast<void>(signal_when_there(command("out"), folder_.path() / "out" / file, SIGKILL));
  }
  const CommandResult last = run_program(command("out"));
  ASSERT_EQ(last.exit_code, 0) << last.err;
  for (const char* file : {"tables/small.csv", "next/weights.h5"}) {
    EXPECT_EQ(file_text(folder_.path() / "out" / file), file_text(folder_.path() / "whole" / file))
        << file;
  }
}

}  // namespace
}  // namespace vggflow::testing
