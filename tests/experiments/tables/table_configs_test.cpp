// The tables of configs/tables, read as the command reads them, against the paper's numbers.
#include <gmock/gmock.h>

#include <map>

#include "experiments/tables/describe_table.h"
#include "experiments/tables/plan.h"
#include "tests/experiments/spec/paper_facts.h"

namespace vggflow {
namespace {

namespace fs = std::filesystem;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

Spec read(const fs::path& path) {
  static const ReadSpec kRead = reading_once([](const fs::path& file) { return read_spec(file); });
  return kRead(path);
}

Table described(const std::string& name) {
  const fs::path path = fs::path(VGGFLOW_CONFIGS) / "tables" / (name + ".yaml");
  Table table = read_table(read_yaml(path), path);
  describe(table, read);
  return table;
}

/// "D/[256;512]/256,384,512", as the paper's facts write members.
std::string place_of(const CellMember& member) {
  TableRow row;
  row.cell.members = {member};
  describe(row, read);
  return row.net + "/" + row.train_scale + "/" + row.test_scale;
}

std::vector<std::string> places(const Table& table) {
  std::vector<std::string> found;
  for (const TableRow& row : table.rows) found.push_back(place_of(row.cell.members.front()));
  return found;
}

std::optional<double> number(const Value& fact, const char* key) {
  const Value* found = fact.find(key);
  return found != nullptr ? std::optional(std::stod(found->scalar)) : std::nullopt;
}

void expect_numbers(const TableRow& row, const Value& fact) {
  EXPECT_EQ(row.paper.top1, number(fact, "top1")) << row.name();
  EXPECT_EQ(row.paper.top5, number(fact, "top5")) << row.name();
  EXPECT_EQ(row.paper.test_top5, number(fact, "test_top5")) << row.name();
}

/// What the paper calls them.
const std::map<std::string, std::string> kViews = {
    {"dense", "dense+mirror"},
    {"multi-crop", "grid5+mirror"},
    {"multi-crop + dense", "dense+mirror & grid5+mirror"}};

void expect_scales_of_the_paper(const std::string& name) {
  const std::vector<TableRow> rows = described(name).rows;
  const auto paper = PaperFacts::table(name);
  const auto& facts = PaperFacts::list(name);
  ASSERT_EQ(rows.size(), paper.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    ASSERT_THAT(rows[i].cell.members, SizeIs(1));
    EXPECT_EQ(rows[i].cell.members[0].experiment.stem(), paper[i].experiment());
    EXPECT_EQ(rows[i].views, "dense+mirror");
    EXPECT_THAT(read(rows[i].cell.members[0].experiment)
                    .evaluation(rows[i].cell.members[0].evaluation)
                    .scales,
                ::testing::ElementsAreArray(paper[i].test_scales));
    expect_numbers(rows[i], facts[i]);
  }
}

TEST(TableConfigs, Table3HasTheRowsOfThePaper) {
  const Table table = described("table3");
  EXPECT_THAT(places(table),
              ElementsAre("A/256/256", "A-LRN/256/256", "B/256/256", "C/256/256", "C/384/384",
                          "C/[256;512]/384", "D/256/256", "D/384/384", "D/[256;512]/384",
                          "E/256/256", "E/384/384", "E/[256;512]/384"));
  EXPECT_THAT(table.notes, IsEmpty());
}

TEST(TableConfigs, Tables3And4HaveTheScalesAndNumbersOfThePaper) {
  expect_scales_of_the_paper("table3");
  expect_scales_of_the_paper("table4");
}

TEST(TableConfigs, Table5HasTheViewsAndNumbersOfThePaper) {
  const std::vector<TableRow> rows = described("table5").rows;
  const auto& facts = PaperFacts::list("table5");
  ASSERT_EQ(rows.size(), facts.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    SCOPED_TRACE(rows[i].name());
    ASSERT_THAT(rows[i].cell.members, SizeIs(1));
    EXPECT_EQ(place_of(rows[i].cell.members[0]),
              facts[i].find("net")->scalar + "/[256;512]/256,384,512");
    EXPECT_EQ(rows[i].views, kViews.at(facts[i].find("views")->scalar));
    expect_numbers(rows[i], facts[i]);
  }
}

TEST(TableConfigs, Table6HasTheMembersAndNumbersOfThePaper) {
  const std::vector<TableRow> rows = described("table6").rows;
  const auto& facts = PaperFacts::list("table6");
  ASSERT_EQ(rows.size(), facts.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    SCOPED_TRACE(rows[i].name());
    const std::vector<Value>& members = facts[i].find("members")->items;
    ASSERT_EQ(rows[i].cell.members.size(), members.size());
    for (std::size_t m = 0; m < members.size(); ++m) {
      EXPECT_EQ(place_of(rows[i].cell.members[m]), members[m].scalar);
    }
    EXPECT_EQ(rows[i].views, kViews.at(facts[i].find("views")->scalar));
    EXPECT_THAT(rows[i].label, HasSubstr(facts[i].find("name")->scalar));
    expect_numbers(rows[i], facts[i]);
  }
}

TEST(TableConfigs, Table7HasTheMethodsAndNumbersOfThePaper) {
  const std::vector<TableRow> rows = described("table7").rows;
  const auto& facts = PaperFacts::list("table7");
  ASSERT_EQ(rows.size(), facts.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    EXPECT_EQ(rows[i].label, facts[i].find("method")->scalar);
    EXPECT_EQ(rows[i].cell.members.empty(), !rows[i].label.starts_with("VGG ("));
    expect_numbers(rows[i], facts[i]);
  }
}

TEST(TableConfigs, Table7HasTheCellsOfTables5And6) {
  const std::vector<TableRow> rows = described("table7").rows;
  const std::vector<TableRow> fusions = described("table6").rows;
  EXPECT_EQ(rows[0].cell, fusions[3].cell);
  EXPECT_EQ(rows[1].cell, described("table5").rows[5].cell);
  EXPECT_EQ(rows[2].cell, fusions[0].cell);
}

TEST(TableConfigs, FusionsOfOneNameAreTheSameInAllTables) {
  std::map<std::string, TableCell> known;
  for (const auto& entry : fs::directory_iterator(fs::path(VGGFLOW_CONFIGS) / "tables")) {
    for (const TableRow& row : described(entry.path().stem()).rows) {
      if (row.cell.fusion.empty()) continue;
      EXPECT_EQ(known.emplace(row.cell.fusion, row.cell).first->second, row.cell) << entry.path();
    }
  }
}

/// Each claim of section 4 is of pairs whose published errors are as claimed, or not measured
/// there.
TEST(TableConfigs, FindingsAreTrueOfThePapersOwnNumbers) {
  std::map<std::string, double> published;
  for (const char* name : {"table3", "table4", "table5", "table6"}) {
    for (const TableRow& row : described(name).rows) published[row.name()] = *row.paper.top1;
  }
  for (const char* name : {"table3", "table4", "table5", "table6"}) {
    const Table table = described(name);
    EXPECT_THAT(table.findings, Not(IsEmpty())) << name;
    for (const Finding& finding : table.findings) {
      SCOPED_TRACE(finding.claim);
      EXPECT_THAT(finding.section, ::testing::StartsWith("4."));
      for (const FindingPair& pair : finding.pairs) {
        ASSERT_TRUE(published.contains(pair.better.text())) << pair.better.text();
        ASSERT_TRUE(published.contains(pair.worse.text())) << pair.worse.text();
        const double better = published[pair.better.text()];
        const double worse = published[pair.worse.text()];
        if (finding.relation == Finding::Relation::not_worse) {
          EXPECT_LE(better, worse + 0.35) << pair.better.text();  // within chance, says the paper
        } else {
          EXPECT_LT(better, worse) << pair.better.text() << " " << pair.worse.text();
        }
      }
    }
  }
}

TEST(TableConfigs, TheDemoIsInSmallAndSaysSo) {
  const std::vector<std::pair<const char*, std::vector<std::string>>> tables{
      {"demo3", {"A/64/64", "D/64/64", "D/[64;128]/96"}},
      {"demo4", {"D/64/56,64,72", "D/[64;128]/64,96,128"}},
      {"demo5", {"D/[64;128]/64,96,128", "D/[64;128]/64,96,128", "D/[64;128]/64,96,128"}}};
  for (const auto& [name, wanted] : tables) {
    const Table table = described(name);
    EXPECT_EQ(places(table), wanted) << name;
    EXPECT_THAT(table.notes, Contains(HasSubstr("crop 56, 10 classes"))) << name;
    EXPECT_THAT(table.findings, Not(IsEmpty())) << name;
  }
}

}  // namespace
}  // namespace vggflow
