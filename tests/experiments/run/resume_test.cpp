#include <gmock/gmock.h>

#include <cstring>
#include <nlohmann/json.hpp>
#include <random>
#include <sstream>

#include "experiments/evaluation/results_file.h"
#include "tests/experiments/run/resumed_experiment.h"

namespace vggflow::testing {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

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

void expect_the_same(const fs::path& a, const fs::path& b) {
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
  expect_the_same(folder_ / "whole/tiny", folder_ / "killed/tiny");
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
  expect_the_same(folder_ / "whole/tiny", folder_ / "stopped/tiny");
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
  ASSERT_EQ(run_vggflow({"dataset", "generate", folder_ / "data", "--classes", "3", "--train", "48",
                         "--val", "12"})
                .exit_code,
            0);
  const std::vector<std::string> from_files = {
      "--data", folder_ / "data",
      "--set",  "data.train={generated: null, folder: train}",
      "--set",  "data.val={generated: null, folder: val}"};
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

}  // namespace
}  // namespace vggflow::testing
