#include <gmock/gmock.h>

#include <cmath>
#include <fstream>

#include "experiments/evaluation/results_file.h"
#include "nets/weights_file.h"
#include "tests/experiments/run/resumed_experiment.h"

namespace vggflow::testing {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::HasSubstr;

int count_of(const std::string& text, const std::string& part) {
  int count = 0;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++count;
  return count;
}

/// Of one process: the tasks under it.
std::vector<pid_t> children_of(pid_t parent) {
  std::vector<pid_t> children;
  for (const auto& thread : fs::directory_iterator("/proc/" + std::to_string(parent) + "/task")) {
    std::ifstream list(thread.path() / "children");
    for (pid_t child = 0; list >> child;) children.push_back(child);
  }
  return children;
}

std::string variable_of(pid_t process, const std::string& name) {
  const std::string all = '\0' + file_text("/proc/" + std::to_string(process) + "/environ");
  const auto at = all.find('\0' + name + "=");
  return at == std::string::npos ? "" : all.c_str() + at + name.size() + 2;
}

/// Runs the command with mpirun.
class SeveralProcesses : public Resumed {
 protected:
  void SetUp() override {
    if (run_program({"sh", "-c", "command -v mpirun"}).exit_code != 0) GTEST_SKIP() << "no mpirun";
    Resumed::SetUp();
  }

  [[nodiscard]] static std::vector<std::string> many(int count, std::vector<std::string> words) {
    words.insert(words.begin(), {VGGFLOW_MPIRUN, std::to_string(count)});
    return words;
  }
  [[nodiscard]] CommandResult run_many(int count, const std::string& out,
                                       std::vector<std::string> more = {}) const {
    return run_program(many(count, command_line(out, std::move(more))));
  }
  /// The process of this rank under mpirun.
  [[nodiscard]] static pid_t process_of(pid_t mpirun, int rank) {
    while (true) {
      for (const pid_t child : children_of(mpirun)) {
        if (variable_of(child, "OMPI_COMM_WORLD_RANK") == std::to_string(rank)) return child;
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(1));  // it has yet to be started
    }
  }
  [[nodiscard]] fs::path weights(const std::string& out) const {
    return folder_ / out / "tiny/weights.h5";
  }
  void expect_same_weights(const std::string& one, const std::string& other) const {
    EXPECT_EQ(file_text(weights(one)), file_text(weights(other))) << one << " and " << other;
  }
  /// Up to the order of sums.
  void expect_close_weights(const std::string& one, const std::string& other) const {
    const Parameters a = load_weights(weights(one)).parameters;
    const Parameters b = load_weights(weights(other)).parameters;
    for (std::size_t t = 0; t < a.tensors.size(); ++t) {
      double difference = 0;
      double size = 0;
      for (std::size_t i = 0; i < a.tensors[t].values.size(); ++i) {
        difference += std::pow(a.tensors[t].values[i] - b.tensors[t].values[i], 2);
        size += std::pow(a.tensors[t].values[i], 2);
      }
      EXPECT_LT(std::sqrt(difference), 1e-4 * std::sqrt(size) + 1e-6) << a.tensors[t].name;
    }
  }
};

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

/// Images in files, some of them damaged.
class SeveralProcessesAndFiles : public SeveralProcesses {
 protected:
  void SetUp() override {
    SeveralProcesses::SetUp();
    if (IsSkipped()) return;
    ASSERT_EQ(run_vggflow({"dataset", "generate", folder_ / "data", "--classes", "3", "--train",
                           "48", "--val", "6"})
                  .exit_code,
              0);
    for (const auto& file : fs::recursive_directory_iterator(folder_ / "data/train")) {
      if (file.is_regular_file()) images_.push_back(file.path());
    }
    std::ranges::sort(images_);
  }
  std::string damage(std::size_t image) {
    fs::resize_file(images_[image], fs::file_size(images_[image]) / 3);
    return fs::relative(images_[image], folder_ / "data/train");
  }
  [[nodiscard]] std::vector<std::string> from_files(std::vector<std::string> more) const {
    more.insert(more.begin(),
                {"--data", folder_ / "data", "--set", "data.train={generated: null, folder: train}",
                 "--set", "data.val={generated: null, folder: val}", "--set", "train.iterations=12",
                 "--set", "evaluate=null"});
    return more;
  }
  std::vector<fs::path> images_;
};

TEST_F(SeveralProcessesAndFiles, ListWhatFailedInAnyOfThem) {
  for (const std::size_t image : {1UL, 17UL, 30UL, 41UL}) damage(image);
  ASSERT_EQ(run_to_the_end("one", from_files({})).exit_code, 0);
  const CommandResult result = run_many(4, "four", from_files({}));
  ASSERT_EQ(result.exit_code, 0) << result.err;
  const auto one = load_history(folder_ / "one/tiny").failed;
  const auto four = load_history(folder_ / "four/tiny").failed;
  ASSERT_EQ(four.size(), 4U);
  ASSERT_EQ(one.size(), 4U);
  for (std::size_t i = 0; i < 4; ++i) {
    EXPECT_EQ(four[i].id, one[i].id);
    EXPECT_EQ(four[i].name, one[i].name);
    EXPECT_EQ(four[i].reason, one[i].reason);
    EXPECT_EQ(count_of(result.err, "left out: " + one[i].name + ": "), 1) << result.err;
  }
  expect_close_weights("one", "four");
}

TEST_F(SeveralProcessesAndFiles, CountWhatFailedInAllOfThem) {
  for (const std::size_t image : {1UL, 17UL, 30UL, 41UL}) damage(image);
  const auto limited = from_files({"--set", "feed.max_errors=3"});
  const CommandResult one = run_to_the_end("one", limited);
  const CommandResult four = run_many(4, "four", limited);
  EXPECT_EQ(one.exit_code, 1);
  EXPECT_EQ(four.exit_code, 1);
  const std::string error = one.err.substr(one.err.find("vggflow: 4 images failed"));
  EXPECT_EQ(count_of(four.err, error), 1) << four.err;
}

TEST_F(SeveralProcessesAndFiles, AnErrorOfOneEndsAllNamingItsRank) {
  const std::string name = damage(5);
  const CommandResult result = run_many(2, "two", from_files({"--set", "feed.on_error=fail"}));
  EXPECT_EQ(result.exit_code, 1) << result.err;
  EXPECT_EQ(count_of(result.err, "vggflow: "), 1) << result.err;
  EXPECT_TRUE(count_of(result.err, "vggflow: rank 0 of 2: ") == 1 ||
              count_of(result.err, "vggflow: rank 1 of 2: ") == 1)
      << result.err;
  EXPECT_THAT(result.err, HasSubstr(name));
  EXPECT_FALSE(fs::exists(weights("two")));
}

TEST_F(SeveralProcessesAndFiles, OfOtherImagesThanTheFirstOneDoNotTrain) {
  fs::create_directories(folder_ / "other");
  fs::copy(folder_ / "data", folder_ / "other", fs::copy_options::recursive);
  const fs::path renamed =
      folder_ / "other/train" / fs::relative(images_[7], folder_ / "data/train");
  fs::rename(renamed, renamed.parent_path() / "renamed.JPEG");
  auto words = command_line("apart", from_files({}));
  std::string script = "cd \"" + folder_.path().string() + "/$OMPI_COMM_WORLD_RANK\" && exec";
  for (std::string& word : words) {
    if (word == folder_ / "data") word = "data";
    script += " '" + word + "'";
  }
  for (const char* rank : {"0", "1"}) fs::create_directories(folder_ / rank);
  fs::create_directory_symlink(folder_ / "data", folder_ / "0/data");
  fs::create_directory_symlink(folder_ / "other", folder_ / "1/data");
  const CommandResult result = run_program(many(2, {"sh", "-c", script}));
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_EQ(count_of(result.err, "vggflow: rank 1 of 2 has another training images than the first"),
            1)
      << result.err;
}

}  // namespace
}  // namespace vggflow::testing
