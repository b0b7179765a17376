#include <gmock/gmock.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <nlohmann/json.hpp>
#include <random>
#include <sstream>
#include <thread>

#include "base/hdf5_file.h"
#include "experiments/evaluation/results_file.h"
#include "tests/experiments/run/experiment_runner.h"

namespace vggflow::testing {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* kLonger = R"(
extends: tiny.yaml
train:
  epochs: null
  iterations: 90
  log_every: 7
  checkpoint: {iterations: 4, minutes: 0, keep: 2}
  validation: {iterations: 10, images: 12, scale: 28}
  schedule: {plateau: {patience: 2, threshold: 0.1, drops: 3}}
  warmup: {iterations: 9}
)";

/// A run of the command that may be killed.
class Resumed : public TinyExperiment {
 protected:
  void SetUp() override {
    TinyExperiment::SetUp();
    write_file(longer_, kLonger);
  }

  std::vector<std::string> command_line(const std::string& out,
                                        std::vector<std::string> more = {}) const {
    std::vector<std::string> words{VGGFLOW_COMMAND, "run",     longer_.string(), "--out",
                                   folder_ / out,   "--quiet", "--threads",      "1"};
    words.insert(words.end(), more.begin(), more.end());
    return words;
  }
  CommandResult run_to_the_end(const std::string& out, std::vector<std::string> more = {}) const {
    return run_program(command_line(out, std::move(more)));
  }
  [[nodiscard]] pid_t start(const std::string& out) const { return start(command_line(out)); }
  [[nodiscard]] static pid_t start(const std::vector<std::string>& words) {
    const pid_t child = ::fork();
    if (child != 0) return child;
    std::vector<char*> argv;
    for (const std::string& word : words) argv.push_back(const_cast<char*>(word.c_str()));
    argv.push_back(nullptr);
    ::execv(argv[0], argv.data());
    ::_exit(127);
  }
  /// What tells how far a run is: names of its checkpoints and evaluations.
  [[nodiscard]] std::set<std::string> marks(const std::string& out) const {
    std::set<std::string> names;
    for (const char* part : {"checkpoints", "evaluations"}) {
      std::error_code none;
      fs::directory_iterator entry(folder_ / (out + "/tiny/" + part), none);
      for (; !none && entry != fs::directory_iterator(); entry.increment(none)) {
        if (entry->path().extension() == ".h5") names.insert(entry->path().filename().string());
      }
    }
    return names;
  }
  /// Waits for some new marks (as many as `count`) and a moment more, or for the end. The status
  /// of a run that ended by itself.
  std::optional<int> let_run(pid_t run, const std::string& out, int count,
                             std::chrono::microseconds more) const {
    std::set<std::string> seen = marks(out);
    for (int status = 0; count > 0;) {
      if (::waitpid(run, &status, WNOHANG) == run) return status;
      const auto now = marks(out);
      if (now != seen) --count;
      seen = now;
      std::this_thread::sleep_for(std::chrono::microseconds(200));
    }
    std::this_thread::sleep_for(more);
    return std::nullopt;
  }
  void expect_the_same(const std::string& one, const std::string& other) const;

  fs::path longer_ = folder_ / "longer.yaml";
};

/// log.jsonl without what depends on the clock.
std::vector<nlohmann::json> log_of(const fs::path& folder) {
  std::istringstream text(file_text(folder / "log.jsonl"));
  std::vector<nlohmann::json> lines;
  for (std::string line; std::getline(text, line);) {
    lines.push_back(nlohmann::json::parse(line));
    lines.back().erase("images_per_s");
    lines.back().erase("wait_share");
  }
  return lines;
}

void Resumed::expect_the_same(const std::string& one, const std::string& other) const {
  const fs::path a = folder_ / (one + "/tiny");
  const fs::path b = folder_ / (other + "/tiny");
  EXPECT_EQ(file_text(a / "weights.h5"), file_text(b / "weights.h5"));
  EXPECT_EQ(log_of(a), log_of(b));
  const TrainingHistory first = load_history(a);
  const TrainingHistory second = load_history(b);
  EXPECT_EQ(
      std::memcmp(first.log.data(), second.log.data(), first.log.size() * sizeof(TrainingRow)), 0);
  ASSERT_EQ(first.validation.size(), 9U);
  ASSERT_EQ(second.validation.size(), 9U);
  EXPECT_EQ(std::memcmp(first.validation.data(), second.validation.data(),
                        first.validation.size() * sizeof(ValidationRow)),
            0);
  for (const char* name : {"single", "center"}) {
    EXPECT_EQ(load_evaluation(a, name).scores, load_evaluation(b, name).scores);
  }
}

TEST_F(Resumed, KilledAtRandomMomentsItEndsWithTheSameBytes) {
  ASSERT_EQ(run_to_the_end("whole").exit_code, 0);
  std::mt19937 random(11);
  int kills = 0;
  for (bool ended = false; !ended;) {
    const pid_t run = start("killed");
    const auto moment = std::chrono::microseconds(random() % 30000);
    // Enough runs are killed early to make twenty; the rest gets on with it.
    const int count = kills < 20 ? static_cast<int>(random() % 2) : 6;
    const auto status = let_run(run, "killed", count, moment);
    if (status) {
      ASSERT_EQ(*status, 0);
      ended = true;
      continue;
    }
    const bool gently = kills % 5 == 4;
    ::kill(run, gently ? SIGTERM : SIGKILL);
    int left = 0;
    ::waitpid(run, &left, 0);
    ended = WIFEXITED(left) && WEXITSTATUS(left) == 0;  // it was quicker
    if (ended) continue;
    ++kills;
    if (gently && WIFEXITED(left)) {
      EXPECT_EQ(WEXITSTATUS(left), 75);
    }
  }
  EXPECT_GE(kills, 20);
  ASSERT_EQ(run_to_the_end("killed").exit_code, 0);
  expect_the_same("whole", "killed");
}

TEST_F(Resumed, ASignalWritesACheckpointAndSaysHowToGoOn) {
  ASSERT_EQ(run_to_the_end("whole").exit_code, 0);
  for (const int signal : {SIGINT, SIGTERM}) {
    const pid_t run = start("stopped");
    ASSERT_FALSE(let_run(run, "stopped", 2, std::chrono::microseconds(0)));
    ::kill(run, signal);
    int status = 0;
    ::waitpid(run, &status, 0);
    ASSERT_TRUE(WIFEXITED(status));
    EXPECT_EQ(WEXITSTATUS(status), 75);
  }
  ASSERT_EQ(run_to_the_end("stopped").exit_code, 0);
  expect_the_same("whole", "stopped");
}

TEST_F(Resumed, AnotherRunInTheSameFolderIsRefused) {
  const pid_t run = start("busy");
  ASSERT_FALSE(let_run(run, "busy", 1, std::chrono::microseconds(0)));
  ::kill(run, SIGSTOP);
  const CommandResult second = run_to_the_end("busy");
  EXPECT_EQ(second.exit_code, 2);
  EXPECT_THAT(second.err, HasSubstr("another process is at work"));
  ::kill(run, SIGKILL);
  ::waitpid(run, nullptr, 0);
  EXPECT_EQ(run_to_the_end("busy").exit_code, 0);
}

TEST_F(Resumed, OtherImagesUnderTheSameSpecAreRefused) {
  ASSERT_EQ(run_vggflow({"dataset", "generate", folder_ / "data", "--classes", "3", "--images",
                         "16", "--val", "12"})
                .exit_code,
            0);
  const std::vector<std::string> from_files = {"--data", folder_ / "data", "--set",
                                               "data.train={folder: train}"};
  const auto with = [&](std::vector<std::string> more) {
    more.insert(more.begin(), from_files.begin(), from_files.end());
    return run_to_the_end("files", std::move(more));
  };
  ASSERT_EQ(with({"--set", "train.iterations=9"}).exit_code, 0);
  for (const auto& file : fs::recursive_directory_iterator(folder_ / "data/train")) {
    if (!file.is_regular_file()) continue;
    fs::rename(file.path(), file.path().parent_path() / "renamed.JPEG");
    break;
  }
  const CommandResult other = with({"--set", "train.iterations=12"});
  EXPECT_EQ(other.exit_code, 2);
  EXPECT_THAT(other.err, HasSubstr("trained on other images"));
}

TEST_F(Resumed, ItsCurvesCanBeWatchedInTensorBoard) {
  ASSERT_EQ(run_to_the_end("watched", {"--tensorboard", folder_ / "tb"}).exit_code, 0);
  std::vector<fs::path> files;
  for (const auto& file : fs::directory_iterator(folder_ / "tb/tiny")) files.push_back(file.path());
  ASSERT_EQ(files.size(), 1U);
  const std::string events = file_text(files[0]);
  for (const char* tag : {"train/loss", "time/images_per_s", "validation/top1_error"}) {
    EXPECT_THAT(events, HasSubstr(tag));
  }
}

class Unfinished : public Resumed {
 protected:
  /// A training that was cut off by a kill after its first checkpoints.
  void SetUp() override {
    Resumed::SetUp();
    const pid_t run = start("out");
    ASSERT_FALSE(let_run(run, "out", 3, std::chrono::microseconds(0)));
    ::kill(run, SIGKILL);
    ::waitpid(run, nullptr, 0);
    ASSERT_FALSE(fs::exists(out_ / "weights.h5"));
  }
};

TEST_F(Unfinished, AnotherSpecIsRefusedWithTheListOfDifferences) {
  const CommandResult other =
      run_to_the_end("out", {"--set", "train.batch=4", "--set", "pipeline.flip.probability=0.25"});
  EXPECT_EQ(other.exit_code, 2);
  EXPECT_THAT(other.err,
              AllOf(HasSubstr("checkpoints/"), HasSubstr("train.batch was 8, is 4"),
                    HasSubstr("flip.probability was 0.5, is 0.25"), HasSubstr("--fresh")));
  EXPECT_EQ(run_to_the_end("out", {"--set", "train.batch=4", "--fresh"}).exit_code, 0);
}

TEST_F(Unfinished, WithNoWholeCheckpointNothingStartsAgainByItself) {
  for (const auto& file : fs::directory_iterator(out_ / "checkpoints")) {
    fs::resize_file(file.path(), 1000);
  }
  const CommandResult cut = run_to_the_end("out");
  EXPECT_EQ(cut.exit_code, 1);
  EXPECT_THAT(cut.err,
              AllOf(HasSubstr("is damaged"), HasSubstr("none of these checkpoints is whole"),
                    HasSubstr("--fresh")));
  EXPECT_EQ(run_to_the_end("out", {"--fresh"}).exit_code, 0);
}

TEST_F(Unfinished, FinishedWeightsAreNotReplacedByANewStart) {
  ASSERT_EQ(run_to_the_end("out").exit_code, 0);
  const std::string weights = file_text(out_ / "weights.h5");
  fs::remove_all(out_ / "checkpoints");
  fs::create_directory(out_ / "checkpoints");
  const CommandResult longer = run_to_the_end("out", {"--set", "train.iterations=95"});
  EXPECT_EQ(longer.exit_code, 1);
  EXPECT_THAT(longer.err, HasSubstr("their last checkpoint is gone"));
  EXPECT_EQ(file_text(out_ / "weights.h5"), weights);
  EXPECT_EQ(run_to_the_end("out").exit_code, 0);
}

TEST_F(Unfinished, ALowerRateMayBeTriedFromTheLastCheckpoint) {
  ASSERT_EQ(run_to_the_end("out", {"--set", "train.sgd.rate=0.005"}).exit_code, 0);
  EXPECT_EQ(load_history(out_).log.back().rate <= 0.005, true);
}

TEST_F(Unfinished, OtherImagesToValidateAreOtherTraining) {
  ASSERT_EQ(run_to_the_end("out").exit_code, 0);
  const CommandResult other = run_to_the_end("out", {"--set", "data.val.generated.val_images=6"});
  EXPECT_EQ(other.exit_code, 2);
  EXPECT_THAT(other.err, HasSubstr("data.val.generated.val_images was 5, is 6"));
}

TEST_F(Unfinished, LengthScheduleAndEvaluationsMayChangeAndAreOnRecord) {
  const CommandResult changed = run_to_the_end(
      "out", {"--set", "train.iterations=30", "--set", "train.schedule=constant", "--set",
              "evaluate.single.scales=[40]", "--set", "train.checkpoint.keep=1"});
  ASSERT_EQ(changed.exit_code, 0) << changed.err;
  const TrainingHistory history = load_history(out_);
  EXPECT_EQ(history.log.back().iteration, 30U);
  for (const auto& [name, text] : load_provenance(out_)) {
    if (name != "resumed") continue;
    EXPECT_THAT(text, AllOf(HasSubstr("train.iterations was 90, is 30"),
                            HasSubstr("train.schedule was {plateau: "), Not(HasSubstr("keep"))));
    return;
  }
  ADD_FAILURE() << "not on record";
}

TEST_F(Unfinished, FewerIterationsThanTrainedAreRefused) {
  const CommandResult fewer = run_to_the_end("out", {"--set", "train.iterations=3"});
  EXPECT_EQ(fewer.exit_code, 2);
  EXPECT_THAT(fewer.err, HasSubstr("the spec wants 3"));
}

TEST_F(Unfinished, WhatIsFinishedCanBeTrainedLongerButNotOtherwise) {
  ASSERT_EQ(run_to_the_end("out").exit_code, 0);
  const CommandResult other = run_to_the_end("out", {"--set", "train.schedule=constant"});
  EXPECT_EQ(other.exit_code, 2);
  EXPECT_THAT(other.err, AllOf(HasSubstr("another spec"), HasSubstr("train.schedule was")));
  EXPECT_EQ(run_to_the_end("out").exit_code, 0);
  ASSERT_EQ(run_to_the_end("out", {"--set", "train.iterations=100"}).exit_code, 0);
  EXPECT_EQ(load_history(out_).log.back().iteration, 100U);
  ASSERT_EQ(run_to_the_end("whole", {"--set", "train.iterations=100"}).exit_code, 0);
  EXPECT_EQ(file_text(out_ / "weights.h5"), file_text(folder_ / "whole/tiny/weights.h5"));
}

}  // namespace
}  // namespace vggflow::testing
