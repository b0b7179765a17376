#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <map>
#include <thread>

#include "command_runner.h"

namespace vggflow::testing {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using ::testing::Not;

class Reproduce : public ::testing::Test {
 protected:
  void SetUp() override { write_file(folder_ / "good.yaml", tiny_spec("good")); }

  /// Rows of these experiments, evaluation `single`.
  CommandResult reproduce(const std::vector<std::string>& names) {
    std::string table = "title: Small\nevaluation: single\nrows:\n";
    for (const std::string& name : names) {
      table += "  - {experiment: " + name + ".yaml, label: " + name + ", paper: {top1: 29.6}}\n";
    }
    write_file(folder_ / "small.yaml", table);
    return run_vggflow({"reproduce", folder_ / "small.yaml", "--data", folder_.path(), "--out",
                        folder_ / "out", "--set", "train.epochs=1"});
  }
  /// A table of these rows, as written.
  CommandResult reproduce_rows(const std::string& rows, std::vector<std::string> more = {}) {
    write_file(folder_ / "small.yaml", "title: Small\nevaluation: single\nrows:\n" + rows);
    std::vector<std::string> arguments{
        "reproduce", folder_ / "small.yaml", "--data", folder_.path(),
        "--out",     folder_ / "out",        "--set",  "train.epochs=1"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return run_vggflow(arguments);
  }
  void add_twin(const std::string& name) const {
    write_file(folder_ / (name + ".yaml"), "extends: good.yaml\nname: " + name + "\nseed: 5\n");
  }
  [[nodiscard]] std::string markdown() const { return file_text(folder_ / "out/tables/small.md"); }
  [[nodiscard]] bool is_there(const std::string& file) const {
    return fs::exists(folder_ / ("out/" + file));
  }

  ScratchFolder folder_;
};

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

// What other readers see of the folder: every file with its bytes.
std::map<std::string, std::string> files_in(const fs::path& folder) {
  std::map<std::string, std::string> files;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    files[entry.path().string()] = entry.is_regular_file() ? file_text(entry.path()) : "";
  }
  return files;
}

TEST_F(Reproduce, ADryRunWritesNothingAndTellsWhatIsToBeDone) {
  add_twin("twin");
  const std::string rows =
      "  - {name: two, fuse: [good.yaml, twin.yaml], paper: {}}\n"
      "  - {experiment: good.yaml, paper: {}}\n"
      "  - {experiment: good.yaml, evaluation: center, paper: {}}\n";
  const CommandResult before = reproduce_rows(rows, {"--dry-run"});
  EXPECT_EQ(before.exit_code, 0) << before.err;
  EXPECT_FALSE(fs::exists(folder_ / "out"));
  EXPECT_THAT(before.out, AllOf(ContainsRegex("good +6 iterations +single, center +[0-9]+ s"),
                                ContainsRegex("twin +6 iterations +single "),
                                ContainsRegex("two +fusion of 2 +to make"),
                                ContainsRegex("in all +[0-9]+ s +[0-9.]+ kB")));

  write_file(folder_ / "out/good/checkpoints/000000004.h5", "");
  EXPECT_THAT(reproduce_rows(rows, {"--dry-run"}).out,
              ContainsRegex("good +from iteration 4 of 6 +single, center"));
  fs::remove_all(folder_ / "out");

  ASSERT_EQ(reproduce_rows(rows, {"--rows", "2"}).exit_code, 0);
  const auto files = files_in(folder_ / "out");
  const CommandResult half = reproduce_rows(rows, {"--dry-run"});
  EXPECT_THAT(half.out, AllOf(ContainsRegex("good +trained +center "),
                              ContainsRegex("twin +6 iterations +single ")));
  EXPECT_EQ(files_in(folder_ / "out"), files);

  ASSERT_EQ(reproduce_rows(rows).exit_code, 0);
  const CommandResult done = reproduce_rows(rows, {"--dry-run"});
  EXPECT_THAT(done.out,
              AllOf(ContainsRegex("twin +trained +done +0 s"),
                    ContainsRegex("two +fusion of 2 +done"), ContainsRegex("in all +0 s")));
}

TEST_F(Reproduce, ADryRunSaysWhatCannotBeDone) {
  write_file(folder_ / "broken.yaml",
             "extends: good.yaml\nname: broken\n"
             "data: {train: {generated: null, folder: nowhere}}\n");
  write_file(folder_ / "torn.yaml", "extends: broken.yaml\nname: torn\n");
  const CommandResult result = reproduce_rows(
      "  - {experiment: broken.yaml, paper: {}}\n"
      "  - {experiment: torn.yaml, paper: {}}\n"
      "  - {experiment: good.yaml, paper: {}}\n",
      {"--dry-run"});
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_THAT(result.out, AllOf(ContainsRegex("broken +not known"), HasSubstr("\nbroken, torn: "),
                                HasSubstr("nowhere"), ContainsRegex("in all +at least ")));
}

TEST_F(Reproduce, ACircleAndAMissingExperimentAreFoundBeforeAnythingRuns) {
  write_file(folder_ / "a.yaml", "extends: good.yaml\nname: a\ninit: {from: b}\n");
  write_file(folder_ / "b.yaml", "extends: good.yaml\nname: b\ninit: {from: a}\n");
  write_file(folder_ / "c.yaml", "extends: good.yaml\nname: c\ninit: {from: nobody}\n");
  const std::vector<std::pair<std::string, std::string>> tables{
      {"a", "a.yaml: init.from: goes round in a circle"},
      {"c", "c.yaml: init.from: cannot read the spec"},
      {"d", "small.yaml:5: rows[1]: cannot read the spec"}};
  for (const auto& [name, message] : tables) {
    const CommandResult result = reproduce_rows(
        "  - {experiment: good.yaml, paper: {}}\n  - {experiment: " + name + ".yaml, paper: {}}\n");
    EXPECT_EQ(result.exit_code, 2);
    EXPECT_THAT(result.err, HasSubstr(message));
    EXPECT_FALSE(fs::exists(folder_ / "out"));
  }
}

TEST_F(Reproduce, ResultsOfAnotherSpecAreANoteAndStay) {
  const std::string rows = "  - {experiment: good.yaml, paper: {}}\n";
  ASSERT_EQ(reproduce_rows(rows).exit_code, 0);
  const auto files = files_in(folder_ / "out/good");
  const CommandResult other = reproduce_rows(rows, {"--set", "train.sgd.rate=0.02"});
  EXPECT_EQ(other.exit_code, 1);
  EXPECT_THAT(markdown(), HasSubstr("these results are of another spec"));
  EXPECT_EQ(files_in(folder_ / "out/good"), files);
}

TEST_F(Reproduce, FilesCutShortAreAnErrorOrMadeAnew) {
  const std::string rows = "  - {experiment: good.yaml, paper: {}}\n";
  ASSERT_EQ(reproduce_rows(rows).exit_code, 0);
  const std::string scores = file_text(folder_ / "out/good/evaluations/single.h5");
  fs::resize_file(folder_ / "out/good/evaluations/single.h5", scores.size() / 2);
  const CommandResult again = reproduce_rows(rows);
  EXPECT_EQ(again.exit_code, 0);
  EXPECT_THAT(again.err, HasSubstr("good single: cannot be read"));

  fs::resize_file(folder_ / "out/good/weights.h5", 1500);
  const auto files = files_in(folder_ / "out/good");
  EXPECT_EQ(reproduce_rows(rows).exit_code, 1);
  EXPECT_THAT(markdown(), HasSubstr("good/weights.h5: "));
  EXPECT_EQ(files_in(folder_ / "out/good"), files);
}

TEST_F(Reproduce, AnUnknownEvaluationIsFoundBeforeAnythingRuns) {
  write_file(folder_ / "small.yaml",
             "title: Small\nevaluation: single\nrows:\n  - {experiment: good.yaml}\n"
             "  - {experiment: good.yaml, evaluation: tripple}\n");
  const CommandResult result =
      run_vggflow({"reproduce", folder_ / "small.yaml", "--out", folder_ / "out"});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.err, AllOf(HasSubstr("tripple"), HasSubstr("single and center")));
  EXPECT_FALSE(fs::exists(folder_ / "out"));
}

}  // namespace
}  // namespace vggflow::testing
