#include "experiments/report/markdown.h"

#include <gmock/gmock.h>
#include <unistd.h>

#include <fstream>

#include "base/error.h"
#include "experiments/evaluation/results_file.h"
#include "experiments/tables/table.h"
#include "nets/weights_file.h"

namespace vggflow {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::Not;

class MarkdownTest : public ::testing::Test {
 protected:
  void SetUp() override {
    const auto* info = ::testing::UnitTest::GetInstance()->current_test_info();
    out_ = fs::path(::testing::TempDir()) /
           ("vggflow_report_" + std::string(info->name()) + std::to_string(::getpid()));
    fs::remove_all(out_);
    fs::create_directories(out_);
  }
  void TearDown() override { fs::remove_all(out_); }

  static EvaluationResult evaluation() {
    EvaluationResult result;
    result.name = "single";
    result.classes = 2;
    result.scores = {0.25F, 0.75F, 0.5F, 0.5F, 1, 0};
    result.labels = {1, 1, 0};
    result.ids = {0, 1, 2};
    result.names = {"a", "b", "c"};
    result.class_names = {"x", "y"};
    result.scales = {256, 384};
    result.views = "dense+mirror";
    result.profile = "opencv-linear";
    result.failed = {{1, "b", "premature end of the file"}};
    compute_errors(result);
    return result;
  }
  static Provenance provenance(const std::string& name) {
    return {{"commit", "abc"}, {"libraries", "onednn 2.6.3"}, {"note", name},
            {"seed", "7"},     {"spec", "a: 1\nb: 2"},        {"started", "2026-01-01T00:00:00Z"}};
  }
  void add(const fs::path& folder, const std::string& name, std::size_t rows) const {
    std::vector<TrainingRow> log;
    for (std::size_t i = 1; i <= rows; ++i) {
      log.push_back({i * 20, static_cast<double>(i) / 10, 0.01, 2.0, 90, 50});
    }
    save_evaluation(folder, evaluation(), provenance(name));
    save_results(folder, {.log = log, .timing = {}, .validation = {}, .failed = {}},
                 provenance(name));
  }
  static std::size_t count(const std::string& text, const std::string& part) {
    std::size_t found = 0;
    for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++found;
    return found;
  }

  fs::path out_;
};

TEST_F(MarkdownTest, TellsOfEveryExperiment) {
  add(out_ / "D-256", "D-256", 3);
  add(out_ / "A-256", "A-256", 0);
  const std::string report = report_markdown(out_);
  EXPECT_THAT(report, HasSubstr("# Report of 2 experiments"));
  EXPECT_LT(report.find("## A-256"), report.find("## D-256"));
  EXPECT_THAT(report, HasSubstr("Nothing was trained."));
  EXPECT_THAT(report, HasSubstr("| seed | 7 |\n| commit | abc |\n| libraries | onednn 2.6.3 |\n"
                                "| started | 2026-01-01T00:00:00Z |\n| note | D-256 |\n"));
  EXPECT_THAT(report, Not(HasSubstr("a: 1")));
  EXPECT_THAT(report, HasSubstr("| 60 | 0.30 | 0.01 | 2.0000 | 90.00 | 50.00 |"));
  EXPECT_THAT(report, HasSubstr("top-1 error 33.33 %, top-5 error 0.00 %, of 3 images"));
  EXPECT_THAT(report, HasSubstr("scales 256, 384; views dense+mirror; profile opencv-linear"));
  EXPECT_THAT(report, HasSubstr("  - b: premature end of the file"));
  EXPECT_THAT(report, HasSubstr("[D-256/evaluations/single.h5](<D-256/evaluations/single.h5>)"));
}

TEST_F(MarkdownTest, OneExperimentsOwnFolderDoes) {
  add(out_, "A-256", 1);
  EXPECT_THAT(report_markdown(out_), HasSubstr("[evaluations/single.h5]"));
}

TEST_F(MarkdownTest, LinksStartWhereTheReportIsKept) {
  add(out_ / "A-256", "A-256", 1);
  const std::string report = report_markdown(out_, out_ / "texts");
  EXPECT_THAT(report, HasSubstr("(<../A-256/evaluations/single.h5>)"));
  EXPECT_THAT(report, HasSubstr("(<../A-256/results.h5>)"));
}

TEST_F(MarkdownTest, ALongCurveIsThinnedToTwentyRowsWithBothEnds) {
  add(out_ / "A", "A", 1001);
  const std::string report = report_markdown(out_);
  EXPECT_EQ(count(report, "| 90.00 | 50.00 |"), 20U);
  EXPECT_THAT(report, HasSubstr("\n| 20 | 0.10 |"));
  EXPECT_THAT(report, HasSubstr("\n| 20020 | 100.10 |"));
}

TEST_F(MarkdownTest, ADamagedFileIsALineAndTheRestIsThere) {
  add(out_ / "A", "A", 1);
  add(out_ / "B", "B", 1);
  fs::resize_file(out_ / "A/evaluations/single.h5", 1000);
  std::ofstream(out_ / "B/results.h5") << "garbage";
  const std::string report = report_markdown(out_);
  EXPECT_THAT(report, HasSubstr("**Cannot be read:**"));
  EXPECT_THAT(report, HasSubstr("A/evaluations/single.h5"));
  EXPECT_THAT(report, HasSubstr("B/results.h5: is not an HDF5 file"));
  EXPECT_EQ(count(report, "top-1 error 33.33 %"), 1U);
}

TEST_F(MarkdownTest, PicturesStandBesideTheResultsAndAreLinked) {
  add(out_ / "A", "A", 3);
  save_weights(out_ / "A/weights.h5",
               {.parameters = {{{"conv1_1.weight", {1, 3, 1, 1}, {1, 2, 3}}}},
                .net = "A",
                .crop = 224,
                .class_names = {},
                .preprocessing = {}});
  const std::string report = report_markdown(out_, out_ / "texts");
  EXPECT_THAT(report, HasSubstr("\n![learning curves](<../A/curves.svg>)\n"));
  EXPECT_THAT(report, HasSubstr("\n![filters of the first layer](<../A/filters.png>)\n"));
  EXPECT_GT(fs::file_size(out_ / "A/curves.svg"), 0U);
  EXPECT_GT(fs::file_size(out_ / "A/filters.png"), 0U);
}

TEST_F(MarkdownTest, APictureThatCannotBeDrawnIsALine) {
  add(out_ / "A", "A", 1);
  add(out_ / "B", "B", 0);
  EXPECT_EQ(count(report_markdown(out_), "\nThere are no weights to draw filters of.\n"), 2U);
  EXPECT_FALSE(fs::exists(out_ / "B/curves.svg"));  // nothing was trained
  std::ofstream(out_ / "A/weights.h5") << "garbage";
  fs::remove(out_ / "A/curves.svg");
  fs::create_directories(out_ / "A/curves.svg/in the way");
  const std::string report = report_markdown(out_);
  EXPECT_EQ(count(report, "**Cannot be drawn:**"), 2U);
  EXPECT_THAT(report, HasSubstr("A/weights.h5: is not an HDF5 file"));
  EXPECT_EQ(count(report, "top-1 error 33.33 %"), 2U);
}

TEST_F(MarkdownTest, NoExperimentIsADataError) {
  for (const fs::path& folder : {out_, out_ / "nowhere"}) {
    try {
      (void)report_markdown(folder);
      FAIL() << "nothing was thrown";
    } catch (const Error& error) {
      EXPECT_EQ(error.origin(), Origin::data);
      EXPECT_EQ(error.place(), folder.string());
    }
  }
}

TEST_F(MarkdownTest, MeasuredErrorsOfATableAreThoseOfTheFile) {
  add(out_, "A", 1);
  const MeasuredErrors measured = measured_errors(out_, "single");
  EXPECT_DOUBLE_EQ(measured.top1, 100.0 / 3);
  EXPECT_EQ(measured.top5, 0.0);
  EXPECT_EQ(measured.images, 3U);
  EXPECT_EQ(measured.failed, 1U);
  EXPECT_EQ(measured.file, out_ / "evaluations/single.h5");
}

}  // namespace
}  // namespace vggflow
