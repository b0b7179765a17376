#include "experiments/run/failed_images.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>

#include "experiments/evaluation/results_file.h"
#include "tests/experiments/run/experiment_runner.h"

namespace vggflow::testing {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

std::string warnings_of(std::size_t count) {
  std::vector<FailedSample> failed;
  for (std::size_t i = 0; i < count; ++i) {
    failed.push_back({i, "image" + std::to_string(i), "is damaged"});
  }
  ::testing::internal::CaptureStderr();
  warn_of_failed("left out", failed, "out/results.h5");
  return ::testing::internal::GetCapturedStderr();
}

TEST(WarnOfFailed, NamesTenAndCountsTheRest) {
  EXPECT_EQ(warnings_of(0), "");
  EXPECT_THAT(warnings_of(10),
              AllOf(HasSubstr("left out: image9: is damaged"), Not(HasSubstr("more"))));
  const std::string many = warnings_of(25);
  EXPECT_EQ(std::ranges::count(many, '\n'), 11);
  EXPECT_THAT(many, HasSubstr("... and 15 more, listed in out/results.h5"));
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
  const auto failed = load_failed_training(out_);  // the evaluations renewed the file since
  ASSERT_EQ(failed.size(), 1U);
  EXPECT_EQ(failed[0].name, name);
  EXPECT_NE(failed[0].reason, "");
}

}  // namespace
}  // namespace vggflow::testing
