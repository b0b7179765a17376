// The tables of configs/tables, read as the command reads them.
#include <gmock/gmock.h>

#include <cstdlib>

#include "experiments/tables/table.h"
#include "tests/experiments/spec/paper_facts.h"

namespace vggflow {
namespace {

using ::testing::ElementsAre;

Table described(const std::string& name) {
  const std::filesystem::path path =
      std::filesystem::path(VGGFLOW_CONFIGS) / "tables" / (name + ".yaml");
  Table table = read_table(read_yaml(path), path);
  for (TableRow& row : table.rows) describe(row, read_spec(row.experiment));
  return table;
}

std::vector<std::string> places(const Table& table) {
  std::vector<std::string> found;
  for (const TableRow& row : table.rows) {
    found.push_back(row.net + " " + row.train_scale + " " + row.test_scale);
  }
  return found;
}

TEST(TableConfigs, Table3HasTheRowsOfThePaper) {
  const Table table = described("table3");
  EXPECT_THAT(places(table),
              ElementsAre("A 256 256", "A-LRN 256 256", "B 256 256", "C 256 256", "C 384 384",
                          "C [256;512] 384", "D 256 256", "D 384 384", "D [256;512] 384",
                          "E 256 256", "E 384 384", "E [256;512] 384"));
  EXPECT_EQ(comparison_note(read_spec(table.rows[0].experiment).net), "");
}

TEST(TableConfigs, Table3HasTheNumbersOfThePaper) {
  const std::vector<TableRow> rows = described("table3").rows;
  const auto paper = PaperFacts::table("table3");
  ASSERT_EQ(rows.size(), paper.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    EXPECT_EQ(rows[i].experiment.stem(), paper[i].experiment());
    EXPECT_EQ(rows[i].paper.top1, paper[i].top1) << paper[i].experiment();
    EXPECT_EQ(rows[i].paper.top5, paper[i].top5) << paper[i].experiment();
  }
}

TEST(TableConfigs, TheDemoIsInSmallAndSaysSo) {
  const Table table = described("demo");
  EXPECT_THAT(places(table), ElementsAre("A 64 64", "D 64 64", "D [64;128] 96"));
  EXPECT_THAT(comparison_note(read_spec(table.rows[0].experiment).net),
              ::testing::HasSubstr("crop 56, 10 classes"));
}

}  // namespace
}  // namespace vggflow
