#include "experiments/tables/table.h"

#include <gmock/gmock.h>

#include "base/error.h"
#include "tests/experiments/tables/plain_values.h"
#include "tests/experiments/tables/table_specs.h"

namespace vggflow {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

Value row() {
  return map({{"experiment", text("../vgg/A-256.yaml")},
              {"paper", map({{"top1", text("29.6")}, {"top5", text("10.4")}})}});
}

Value table() {
  return map({{"title", text("Table 3")}, {"evaluation", text("single")}, {"rows", list({row()})}});
}

std::string error_of(const Value& value) {
  try {
    (void)read_table(value, "configs/tables/t.yaml");
  } catch (const Error& error) {
    EXPECT_EQ(error.origin(), Origin::spec);
    return error.what();
  }
  return "nothing was thrown";
}

TEST(ReadTable, RowsTakeTheTablesEvaluationAndPathsStartAtItsFolder) {
  const Table read = read_table(table(), "configs/tables/t.yaml");
  EXPECT_EQ(read.name, "t");
  EXPECT_EQ(read.title, "Table 3");
  ASSERT_EQ(read.rows.size(), 1U);
  EXPECT_EQ(read.rows[0].cell, (TableCell{{{"configs/vgg/A-256.yaml", "single"}}}));
  EXPECT_EQ(read.rows[0].name(), "A-256/single");
  EXPECT_EQ(read.rows[0].paper.top1, 29.6);
  EXPECT_EQ(read.rows[0].paper.top5, 10.4);
  EXPECT_FALSE(read.rows[0].measured);
}

TEST(ReadTable, ARowsOwnEvaluationAndLabelWin) {
  Value value = table();
  value["note"] = text("a line");
  Value own = map({{"experiment", text("/abs/D.yaml")},
                   {"evaluation", text("multi")},
                   {"label", text("D, again")},
                   {"paper", map({{"top5", text("8")}})}});
  value["rows"].items.push_back(own);
  const Table read = read_table(value, "configs/tables/t.yaml");
  EXPECT_EQ(read.rows[1].cell, (TableCell{{{"/abs/D.yaml", "multi"}}}));
  EXPECT_EQ(read.rows[1].label, "D, again");
  EXPECT_FALSE(read.rows[1].paper.top1);
  EXPECT_EQ(read.notes, std::vector<std::string>{"a line"});
}

TEST(ReadTable, ErrorsNameTheKey) {
  Value value = table();
  value.erase("title");
  EXPECT_THAT(error_of(value), HasSubstr("title: is missing"));
  value = table();
  value["rows"] = Value::list();
  EXPECT_THAT(error_of(value), HasSubstr("rows: allowed: a list of at least one row"));
  value = table();
  value["colour"] = text("red");
  EXPECT_THAT(error_of(value), HasSubstr("colour"));
  value = table();
  value.erase("evaluation");
  EXPECT_THAT(error_of(value), HasSubstr("rows[0].evaluation: is missing"));
  value = table();
  value["rows"].items[0]["lable"] = text("x");
  EXPECT_THAT(error_of(value), HasSubstr("rows[0].lable"));
  value = table();
  value["rows"].items[0]["paper"]["top1"] = text("296");
  EXPECT_THAT(error_of(value),
              HasSubstr("rows[0].paper.top1: got '296'; allowed: a number from 0"));
  value = table();
  value["rows"].items[0].erase("experiment");
  EXPECT_THAT(error_of(value), HasSubstr("rows[0].experiment: is missing"));
}

constexpr const char* kFusions = R"(
title: Table 6
evaluation: multi
rows:
  - {name: two, fuse: [../vgg/D.yaml, ../vgg/E.yaml], label: "D and E", paper: {top1: 24}}
  - {name: three, evaluation: crops, paper: {},
     fuse: [../vgg/D.yaml, {experiment: ../vgg/D.yaml, evaluation: both}, ../vgg/E.yaml]}
  - {label: GoogLeNet, paper: {top5: 7.9, test_top5: 7.8}}
findings:
  - claim: Fusion beats its members
    section: "4.4"
    pairs:
      - {better: two, worse: D}
      - {better: two, worse: E/crops}
      - {better: two, worse: {experiment: ../vgg/C.yaml}}
  - {claim: No harm, section: 4, relation: not_worse, pairs: [{better: three, worse: two}]}
)";

TEST(ReadTable, FusionsTakeTheRowsEvaluationUnlessAMemberHasItsOwn) {
  const Table read = table_of(kFusions);
  EXPECT_EQ(read.rows[0].cell,
            (TableCell{{{"configs/vgg/D.yaml", "multi"}, {"configs/vgg/E.yaml", "multi"}}, "two"}));
  EXPECT_EQ(read.rows[0].name(), "two");
  EXPECT_EQ(read.rows[1].cell.members, (std::vector<CellMember>{{"configs/vgg/D.yaml", "crops"},
                                                                {"configs/vgg/D.yaml", "both"},
                                                                {"configs/vgg/E.yaml", "crops"}}));
}

TEST(ReadTable, ARowOfPublishedNumbersHasALabelAlone) {
  const TableRow row = table_of(kFusions).rows[2];
  EXPECT_TRUE(row.cell.members.empty());
  EXPECT_EQ(row.name(), "GoogLeNet");
  EXPECT_EQ(row.paper.test_top5, 7.8);
}

TEST(ReadTable, FindingsNameCellsOfTheRows) {
  const Table read = table_of(kFusions);
  ASSERT_EQ(read.findings.size(), 2U);
  const auto& pairs = read.findings[0].pairs;
  EXPECT_EQ(read.findings[0].relation, Finding::Relation::better);
  EXPECT_EQ(pairs[0].better, read.rows[0].cell);
  EXPECT_EQ(pairs[0].worse, (TableCell{{{"configs/vgg/D.yaml", "multi"}}}));
  EXPECT_EQ(pairs[1].worse, (TableCell{{{"configs/vgg/E.yaml", "crops"}}}));
  EXPECT_EQ(pairs[2].worse, (TableCell{{{"configs/vgg/C.yaml", "multi"}}}));
  EXPECT_EQ(read.findings[1].relation, Finding::Relation::not_worse);
  EXPECT_EQ(read.findings[1].pairs[0].better, read.rows[1].cell);
}

/// The error of kFusions with one thing written otherwise.
std::string error_with(const std::string& what, const std::string& by) {
  std::string text = kFusions;
  const auto at = text.find(what);
  EXPECT_NE(at, std::string::npos) << what;
  text.replace(at, what.size(), by);
  return error_of(parse_yaml(text, "t.yaml"));
}

TEST(ReadTable, ErrorsOfFusionsAndFindings) {
  EXPECT_THAT(error_with("name: two, ", ""), HasSubstr("t.yaml:5: rows[0].name: is missing"));
  EXPECT_THAT(error_with("name: two", "name: a/b"), HasSubstr("rows[0].name: got 'a/b'"));
  EXPECT_THAT(error_with("fuse: [../vgg/D.yaml, ../vgg/E.yaml]", "fuse: [../vgg/D.yaml]"),
              HasSubstr("rows[0].fuse: allowed: a list of at least two"));
  EXPECT_THAT(error_with("../vgg/E.yaml], label", "../vgg/D.yaml], label"),
              HasSubstr("rows[0].fuse: names D/multi twice"));
  EXPECT_THAT(error_with("name: three", "name: two"), HasSubstr("are called 'two'"));
  EXPECT_THAT(error_with("name: two, ", "name: two, experiment: x.yaml, "),
              HasSubstr("rows[0].fuse: stands beside `experiment`"));
  EXPECT_THAT(error_with("worse: D}", "worse: F}"),
              HasSubstr("t.yaml:13: findings[0].pairs[0].worse: got 'F'; allowed: D, E, three, "
                        "two, with /EVALUATION"));
  EXPECT_THAT(error_with("worse: D}", "worse: two}"), HasSubstr("is the better one itself"));
  EXPECT_THAT(error_with("relation: not_worse", "relation: worse"),
              HasSubstr("findings[1].relation: got 'worse'; allowed: better or not_worse"));
  EXPECT_THAT(error_with("section: \"4.4\"", "sektion: 4"), HasSubstr("findings[0]"));
  EXPECT_THAT(error_with("pairs: [{better: three, worse: two}]", "pairs: []"),
              HasSubstr("findings[1].pairs: allowed: a list of at least one pair"));
}

std::vector<std::string> selected(const std::string& wanted) {
  Table table = table_of(kFusions);
  table.rows.push_back(table.rows[2]);
  table.rows.back().label = "Clarifai, 2014 (1 net)";
  table.rows.emplace_back().cell = {{{"configs/vgg/D.yaml", "single"}}};
  select_rows(table, wanted);
  std::vector<std::string> names;
  for (const TableRow& row : table.rows) names.push_back(row.name());
  return names;
}

TEST(SelectRows, ByNumbersAndNames) {
  EXPECT_THAT(selected("1"), ElementsAre("two"));
  EXPECT_THAT(selected("3,1-2"), ElementsAre("two", "three", "GoogLeNet"));
  EXPECT_THAT(selected("GoogLeNet,D and E"), ElementsAre("two", "GoogLeNet"));
  EXPECT_THAT(selected("D"), ElementsAre("D/single"));
  EXPECT_THAT(selected("D/single,5"), ElementsAre("D/single"));
  EXPECT_THAT(selected("Clarifai, 2014 (1 net)"), ElementsAre("Clarifai, 2014 (1 net)"));
}

TEST(SelectRows, WhatIsNotThereIsAnErrorThatListsWhatIs) {
  for (const char* wanted : {"0", "6", "2-6", "4-3", "one", "", "1,,2", "1-", "-2", "1x"}) {
    try {
      static_cast<void>(selected(wanted));
      ADD_FAILURE() << wanted;
    } catch (const Error& error) {
      EXPECT_EQ(error.origin(), Origin::usage);
      EXPECT_THAT(error.what(), HasSubstr("numbers from 1 to 5 (\"1,3-5\"), two, three, GoogLeNet"))
          << wanted;
    }
  }
}

TEST(MeasuredErrors, OfAMissingEvaluationIsADataError) {
  EXPECT_THROW((void)measured_errors("/nowhere/evaluations/single.h5"), Error);
}

}  // namespace
}  // namespace vggflow
