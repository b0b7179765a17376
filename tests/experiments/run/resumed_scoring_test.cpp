#include <gmock/gmock.h>

#include <cmath>
#include <cstring>
#include <random>

#include "experiments/evaluation/results_file.h"
#include "tests/experiments/run/resumed_experiment.h"

namespace vggflow::testing {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::HasSubstr;

/// Many small batches, so that a kill comes between any two of them.
constexpr const char* kScored = R"(
extends: tiny.yaml
data: {val: {generated: {classes: 3, val_images: 200, seed: 5, split: val}}}
train: {epochs: null, iterations: 1}
evaluate:
  single: {scales: [32, 40], views: dense, batch: 4, keep: views}
  center: {scales: [32], views: {grid: 3}, mirror: null, batch: 18}
  both: {combine: [single, center]}
)";

class ResumedScoring : public Resumed {
 protected:
  void SetUp() override {
    Resumed::SetUp();
    write_file(longer_, kScored);
  }
  [[nodiscard]] std::uint64_t journal_bytes() const {
    std::uint64_t bytes = 0;
    for (const char* name : {"single", "center"}) {
      std::error_code none;
      const auto size = fs::file_size(
          folder_ / ("killed/tiny/evaluations/" + std::string(name) + ".journal"), none);
      if (!none) bytes += size;
    }
    return bytes;
  }
};

bool same_bits(const std::vector<float>& a, const std::vector<float>& b) {
  if (a.size() != b.size() || a.empty()) return a.size() == b.size();
  return std::memcmp(a.data(), b.data(), a.size() * sizeof(float)) == 0;
}

TEST_F(ResumedScoring, KilledAtRandomMomentsItEndsWithTheSameScores) {
  ASSERT_EQ(run_to_the_end("whole").exit_code, 0);
  std::mt19937 random(3);
  int kills = 0;
  std::optional<int> status;
  while (!status) {
    const pid_t run = start("killed");
    int left = 0;
    // Until some more has been scored, and a random moment longer.
    const std::uint64_t before = journal_bytes();
    const std::uint64_t more = 1 + random() % 4000;
    bool over = false;
    while (!over && journal_bytes() < before + more) {
      over = ::waitpid(run, &left, WNOHANG) == run;
      if (journal_bytes() < before) break;  // it went on to the next evaluation
      // Another process's journal grows: nothing tells of it but a look now and then.
      std::this_thread::sleep_for(std::chrono::microseconds(100));
    }
    if (!over) {
      // The random moment itself: where the kill comes is what is tested, nothing waits on it.
      std::this_thread::sleep_for(std::chrono::microseconds(random() % 2000));
      ::kill(run, kills % 4 == 3 ? SIGTERM : SIGKILL);
      ::waitpid(run, &left, 0);
      ++kills;
    }
    if (WIFEXITED(left) && WEXITSTATUS(left) != 75) status = WEXITSTATUS(left);
  }
  EXPECT_EQ(*status, 0);
  EXPECT_GE(kills, 10);
  for (const char* name : {"single", "center", "both"}) {
    const auto all_of = [&](const char* out) {
      return load_evaluation(evaluation_path(folder_ / out, name), KeptViews::load);
    };
    const EvaluationResult whole = all_of("whole/tiny");
    const EvaluationResult killed = all_of("killed/tiny");
    EXPECT_EQ(whole.view_scores.empty(), std::string(name) != "single");
    EXPECT_TRUE(same_bits(whole.scores, killed.scores)) << name;
    EXPECT_TRUE(same_bits(whole.view_scores, killed.view_scores)) << name;
    EXPECT_FALSE(
        fs::exists(folder_ / ("killed/tiny/evaluations/" + std::string(name) + ".journal")));
  }
}

TEST_F(ResumedScoring, ACombinationFollowsItsMembers) {
  ASSERT_EQ(run_to_the_end("out").exit_code, 0);
  const fs::path out = folder_ / "out/tiny";
  const EvaluationResult single = load_evaluation(out, "single");
  const EvaluationResult center = load_evaluation(out, "center");
  const EvaluationResult both = load_evaluation(out, "both");
  for (std::size_t i = 0; i < both.scores.size(); ++i) {
    EXPECT_FLOAT_EQ(both.scores[i], (single.scores[i] + center.scores[i]) / 2);
  }
  const auto made = fs::last_write_time(out / "evaluations/both.h5");
  EXPECT_EQ(run_to_the_end("out").exit_code, 0);
  EXPECT_EQ(fs::last_write_time(out / "evaluations/both.h5"), made);
  ASSERT_EQ(run_to_the_end("out", {"--set", "evaluate.center.scales=[40]"}).exit_code, 0);
  EXPECT_FALSE(same_bits(load_evaluation(out, "both").scores, both.scores));
}

TEST_F(ResumedScoring, ADamagedFileIsScoredAnewAndSaysSo) {
  ASSERT_EQ(run_to_the_end("out").exit_code, 0);
  const fs::path file = folder_ / "out/tiny/evaluations/single.h5";
  const EvaluationResult whole = load_evaluation(folder_ / "out/tiny", "single");
  std::string bytes = file_text(file);
  bytes[bytes.size() / 2] ^= 1;
  for (const std::string& damaged : {bytes, bytes.substr(0, bytes.size() / 3), std::string()}) {
    write_file(file, damaged);
    const CommandResult again = run_program([&] {
      auto words = command_line("out");
      std::erase(words, "--quiet");
      return words;
    }());
    ASSERT_EQ(again.exit_code, 0) << again.err;
    EXPECT_THAT(again.err,
                AllOf(HasSubstr("tiny single: cannot be read"), HasSubstr("so it is scored")));
    EXPECT_TRUE(same_bits(load_evaluation(folder_ / "out/tiny", "single").scores, whole.scores));
  }
}

TEST_F(ResumedScoring, EvaluatesACombinationWithoutScoringItsMembersAgain) {
  ASSERT_EQ(run_to_the_end("out").exit_code, 0);
  const fs::path out = folder_ / "out/tiny/evaluations";
  const auto single = fs::last_write_time(out / "single.h5");
  const auto both = fs::last_write_time(out / "both.h5");
  ASSERT_EQ(run_vggflow({"evaluate", longer_, "--out", folder_ / "out", "--evaluation", "both"})
                .exit_code,
            0);
  EXPECT_EQ(fs::last_write_time(out / "single.h5"), single);
  EXPECT_NE(fs::last_write_time(out / "both.h5"), both);
}

TEST_F(ResumedScoring, OtherImagesAreScoredAnewAndSoIsWhatAveragesThem) {
  ASSERT_EQ(run_vggflow({"dataset", "generate", folder_ / "data", "--classes", "3", "--train", "24",
                         "--val", "30"})
                .exit_code,
            0);
  const auto with_files = [&] {
    auto words = command_line(
        "files", {"--data", folder_ / "data", "--set", "data.val={generated: null, folder: val}"});
    std::erase(words, "--quiet");
    return run_program(words);
  };
  ASSERT_EQ(with_files().exit_code, 0);
  EXPECT_THAT(with_files().err, ::testing::Not(HasSubstr("so it is scored")));
  for (const auto& file : fs::recursive_directory_iterator(folder_ / "data/val")) {
    if (!file.is_regular_file()) continue;
    fs::remove(file.path());
    break;
  }
  const CommandResult other = with_files();
  ASSERT_EQ(other.exit_code, 0) << other.err;
  EXPECT_THAT(other.err, AllOf(HasSubstr("tiny single: was made of other images"),
                               HasSubstr("tiny both: averages single")));
  EXPECT_EQ(load_summary(folder_ / "files/tiny", "both").images, 29U);
}

TEST_F(ResumedScoring, AnImageThatFailedIsTriedAgain) {
  ASSERT_EQ(run_vggflow({"dataset", "generate", folder_ / "data", "--classes", "3", "--train", "24",
                         "--val", "30"})
                .exit_code,
            0);
  fs::path spoilt;
  for (const auto& file : fs::recursive_directory_iterator(folder_ / "data/val")) {
    if (file.is_regular_file()) spoilt = file.path();
  }
  const std::string whole = file_text(spoilt);
  write_file(spoilt, whole.substr(0, whole.size() / 2));
  const auto run_with = [&](const std::string& on_error) {
    return run_to_the_end("out", {"--data", folder_ / "data", "--set", "feed.on_error=" + on_error,
                                  "--set", "data.val={generated: null, folder: val}"});
  };
  for (int times = 0; times < 2; ++times) EXPECT_EQ(run_with("fail").exit_code, 1);
  write_file(spoilt, whole);
  ASSERT_EQ(run_with("fail").exit_code, 0);
  EXPECT_TRUE(load_summary(folder_ / "out/tiny", "single").failed.empty());
}

}  // namespace
}  // namespace vggflow::testing
