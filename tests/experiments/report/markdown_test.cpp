#include "experiments/report/markdown.h"

#include <gmock/gmock.h>

#include <fstream>

#include "base/error.h"
#include "experiments/evaluation/results_file.h"
#include "experiments/tables/table.h"
#include "nets/weights_file.h"
#include "tests/experiments/report/report_folder.h"

namespace vggflow {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::Not;

using MarkdownTest = ReportFolder;

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
  EXPECT_THAT(report, HasSubstr("B/results.h5: is damaged"));
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

TEST_F(MarkdownTest, FusionsComeLastWithTheirMembersAndIntervals) {
  add(out_ / "A", "A", 1);
  EvaluationResult fusion = evaluation();
  fusion.members = {"A/single", "B/single"};
  save_evaluation(out_ / "A", fusion, {});
  fs::create_directories(out_ / "fusions");
  fs::rename(out_ / "A/evaluations/single.h5", out_ / "fusions/pair.h5");
  const std::string report = report_markdown(out_);
  EXPECT_THAT(report, HasSubstr("\n## Fusions\n\n### Fusion pair\n"));
  EXPECT_THAT(report, HasSubstr("- average of A/single and B/single\n"));
  // Wilson's interval of 1 in 3 (statsmodels: proportion_confint(1, 3, method="wilson")).
  EXPECT_THAT(report, HasSubstr("- 95 % intervals: top-1 6.15 to 79.23 %, top-5 0.00 to 56.15 %"));
}

TEST_F(MarkdownTest, MeasuredErrorsOfATableAreThoseOfTheFile) {
  add(out_, "A", 1);
  const MeasuredErrors measured = measured_errors(evaluation_path(out_, "single"));
  EXPECT_DOUBLE_EQ(measured.top1, 100.0 / 3);
  EXPECT_EQ(measured.top5, 0.0);
  EXPECT_EQ(measured.images, 3U);
  EXPECT_EQ(measured.failed, 1U);
  EXPECT_EQ(measured.file, out_ / "evaluations/single.h5");
}

}  // namespace
}  // namespace vggflow
