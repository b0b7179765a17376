#include "experiments/run/failed_images.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>

#include "experiments/evaluation/results_file.h"
#include "tests/experiments/run/experiment_runner.h"

namespace vggflow::testing {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

std::string warnings_of(std::size_t count) {
  ::testing::internal::CaptureStderr();
  warn_of_failed("left out", count, "out/results.h5");
  return ::testing::internal::GetCapturedStderr();
}

TEST(WarnOfFailed, CountsThemAndSaysWhereTheyAreListed) {
  EXPECT_EQ(warnings_of(0), "");
  EXPECT_EQ(warnings_of(25), "warning: left out: 25 images in all, listed in out/results.h5\n");
}

TEST(WarnAsTheyFail, NamesEachWithItsReasonUnlessTheErrorDoes) {
  FlowOptions options{.on_error = OnError::substitute};
  warn_as_they_fail(options, "left out");
  ::testing::internal::CaptureStderr();
  options.on_failure({9, "image9", "is damaged"});
  EXPECT_EQ(::testing::internal::GetCapturedStderr(), "warning: left out: image9: is damaged\n");
  options = {.on_error = OnError::fail};
  warn_as_they_fail(options, "left out");
  EXPECT_FALSE(options.on_failure);
}

class FailedImages : public TinyExperiment {
 protected:
  void SetUp() override {
    ASSERT_EQ(run_vggflow({"dataset", "generate", folder_.path(), "--classes", "3", "--train", "12",
                           "--val", "6"})
                  .exit_code,
              0);
    std::string text = tiny_spec("tiny");
    const auto begin = text.find("data:");
    text.replace(begin, text.find("pipeline:") - begin,
                 "data: {train: {folder: train}, val: {folder: val}}\n");
    write_file(spec_, text);
  }
  /// Empties the first image in byte order; its name as the data set says it.
  [[nodiscard]] std::string damage(const std::string& set) const {
    std::vector<fs::path> images;
    for (const auto& entry : fs::recursive_directory_iterator(folder_ / set)) {
      if (entry.is_regular_file()) images.push_back(entry.path());
    }
    const fs::path first = *std::ranges::min_element(images);
    fs::resize_file(first, fs::file_size(first) / 3);
    return fs::relative(first, folder_ / set);
  }
};

TEST_F(FailedImages, OneToScoreIsNanCountsAsWrongAndIsListed) {
  const std::string name = damage("val");
  const CommandResult result = run();
  ASSERT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(result.err, HasSubstr("counted as wrong: " + name));
  const EvaluationResult scored = load_evaluation(out_, "single");
  ASSERT_EQ(scored.failed.size(), 1U);
  EXPECT_EQ(scored.failed[0].name, name);
  EXPECT_EQ(scored.failed[0].id, 0U);

  const auto images = scored.labels.size();
  double wrong = 0;
  for (std::size_t n = 0; n < images; ++n) {
    const float* row = &scored.scores[n * 3];
    EXPECT_EQ(std::isnan(row[0]) && std::isnan(row[2]), n == 0) << n;
    wrong += n == 0 || std::max_element(row, row + 3) - row != scored.labels[n];
  }
  EXPECT_DOUBLE_EQ(scored.top1_error, 100 * wrong / static_cast<double>(images));
  EXPECT_DOUBLE_EQ(scored.top5_error, 100 / static_cast<double>(images));
}

TEST_F(FailedImages, OneToTrainOnIsListedInTheResultsForGood) {
  const std::string name = damage("train");
  const CommandResult result = run();
  ASSERT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(result.err, HasSubstr("left out: " + name));
  const auto failed = load_history(out_).failed;  // the evaluations renewed the file since
  ASSERT_EQ(failed.size(), 1U);
  EXPECT_EQ(failed[0].name, name);
  EXPECT_NE(failed[0].reason, "");
  const CommandResult read =
      run_program({"/usr/bin/python3", "-c",
                   "import h5py, sys\n"
                   "f = h5py.File(sys.argv[1])['provenance/failed']\n"
                   "print(list(f['ids']), list(f['names'].asstr()), len(f['reasons']))",
                   out_ / "results.h5"});
  EXPECT_EQ(read.out, "[0] ['" + name + "'] 1\n") << read.err;
}

TEST_F(FailedImages, AreLoggedOnceWhateverTheEpochs) {
  const std::string name = damage("train");
  const CommandResult result = run({"--set", "train.epochs=4"});
  ASSERT_EQ(result.exit_code, 0) << result.err;
  const auto first = result.err.find("left out: " + name + ": ");
  ASSERT_NE(first, std::string::npos) << result.err;
  EXPECT_EQ(result.err.find("left out: " + name, first + 1), std::string::npos) << result.err;
  EXPECT_THAT(result.err, HasSubstr("left out: 1 images in all, listed in "));
}

TEST_F(FailedImages, MoreThanMaxErrorsEndTheRunWithOneErrorAndNoWeights) {
  const std::string name = damage("train");
  EXPECT_EQ(run({"--set", "feed.max_errors=1", "--set", "evaluate=null"}).exit_code, 0);
  for (const char* policy : {"skip", "substitute"}) {
    const CommandResult result = run(
        {"--set", "feed.max_errors=0", "--set", "feed.on_error=" + std::string(policy), "--fresh"});
    EXPECT_EQ(result.exit_code, 1);
    EXPECT_THAT(result.err, HasSubstr("vggflow: 1 image failed; allowed: at most 0 "
                                      "(feed.max_errors); the first: " +
                                      name));
    EXPECT_FALSE(fs::exists(out_ / "weights.h5"));
  }
}

TEST_F(FailedImages, MaxErrorsHoldsForScoringToo) {
  const std::string name = damage("val");
  const CommandResult result = run({"--set", "feed.max_errors=0"});
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(result.err, HasSubstr("vggflow: 1 image failed; allowed: at most 0"));
  EXPECT_TRUE(fs::exists(out_ / "weights.h5"));
  EXPECT_FALSE(fs::exists(out_ / "evaluations/single.h5"));
}

}  // namespace
}  // namespace vggflow::testing
