#include "experiments/tables/render_table.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <sstream>

namespace vggflow {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::StartsWith;

Table table() {
  TableRow a;
  a.experiment = "configs/vgg/A-256.yaml";
  a.net = "A";
  a.train_scale = "256";
  a.test_scale = "256";
  a.paper = {29.6, 10.4};
  a.measured = MeasuredErrors{31.125, 10.25, 50000, 2, "out/A-256/evaluations/single.h5"};
  TableRow d;
  d.experiment = "configs/vgg/D-jitter.yaml";
  d.label = "D | again";
  d.train_scale = "[256;512]";
  d.paper.top1 = 25.6;
  d.note = "train.tar: there is no such file";
  TableRow unnamed;
  unnamed.experiment = "configs/vgg/E-256.yaml";
  return {"Table 3", {a, d, unnamed}, {"The paper's errors are of the full-size nets."}};
}

std::vector<std::string> lines(const std::string& text) {
  std::vector<std::string> found;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) found.push_back(line);
  return found;
}

TEST(TableAsMarkdown, HasEveryCell) {
  const auto rows = lines(to_markdown(table()));
  EXPECT_EQ(rows[0], "# Table 3");
  EXPECT_THAT(rows[2], StartsWith("| net | S train | Q test | paper top-1 | paper top-5 |"));
  EXPECT_EQ(rows[4],
            "| A | 256 | 256 | 29.6 | 10.4 | 31.12 | 10.25 | +1.52 | -0.15 | 50000 (2 failed) | "
            "out/A-256/evaluations/single.h5 |");
  EXPECT_EQ(rows[5], "| D \\| again | [256;512] | - | 25.6 | - | - | - | - | - | - | - |");
  EXPECT_THAT(rows[6], StartsWith("| E-256 | - |"));
}

TEST(TableAsMarkdown, EveryLineHasAsManyColumns) {
  const auto rows = lines(to_markdown(table()));
  const auto bars = [](const std::string& row) {
    return std::ranges::count(row, '|') - (row.find("\\|") != std::string::npos);
  };
  for (std::size_t i = 2; i <= 6; ++i) EXPECT_EQ(bars(rows[i]), 12) << rows[i];
}

TEST(TableAsText, ColumnsAreAligned) {
  const auto rows = lines(to_text(table()));
  EXPECT_EQ(rows[0], "Table 3");
  const auto end = rows[2].find("paper top-1") + std::string("paper top-1").size();
  EXPECT_EQ(rows[4].substr(end - 4, 4), "29.6");
  EXPECT_EQ(rows[5].substr(end - 4, 4), "25.6");
  EXPECT_THAT(rows[4], EndsWith("out/A-256/evaluations/single.h5"));
  EXPECT_THAT(rows[3], StartsWith("---"));
}

TEST(TableAsText, NotesAndWhatFailedStandBelow) {
  for (const std::string& text : {to_text(table()), to_markdown(table())}) {
    EXPECT_THAT(text, HasSubstr("\nThe paper's errors are of the full-size nets.\n"));
    EXPECT_THAT(text, HasSubstr("\nD | again (S [256;512]): train.tar: there is no such file\n"));
  }
}

}  // namespace
}  // namespace vggflow
