#include "experiments/tables/describe_table.h"

#include <gmock/gmock.h>

#include "tests/experiments/tables/plain_values.h"
#include "tests/experiments/tables/table_specs.h"

namespace vggflow {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST(TrainScale, IsWhatTheRescaleStageSays) {
  EXPECT_EQ(train_scale(list({map({{"decode", Value::map()}}),
                              map({{"rescale", map({{"side", text("384")}})}})})),
            "384");
  EXPECT_EQ(train_scale(list(
                {map({{"random_rescale", map({{"min", text("256")}, {"max", text("512")}})}})})),
            "[256;512]");
  EXPECT_EQ(train_scale(list({text("flip")})), "");
}

TEST(Describe, TakesNetScalesAndEvaluationFromTheSpec) {
  Spec spec;
  spec.net.name = "D";
  spec.resolved = map({{"pipeline", list({map({{"rescale", map({{"side", text("256")}})}})})}});
  EvaluationSpec multi;
  multi.name = "multi";
  multi.scales = {224, 256, 288};
  spec.evaluations = {multi};
  TableRow row;
  row.cell.members = {{"D.yaml", "multi"}};
  describe(row, [&](const auto&) { return spec; });
  EXPECT_EQ(row.net, "D");
  EXPECT_EQ(row.train_scale, "256");
  EXPECT_EQ(row.test_scale, "224,256,288");
  EXPECT_EQ(row.views, "dense+mirror");
}

TEST(ComparisonNote, SaysWhenTheNetsAreNotThePapers) {
  Net net;
  net.layers = {FullyConnected{"fc8", 1000}};
  EXPECT_THAT(comparison_note(net), IsEmpty());
  net.input = {56, 56};
  EXPECT_THAT(comparison_note(net), HasSubstr("crop 56, 1000 classes"));
  net = {"A", {224, 224}, {FullyConnected{"fc8", 10}}};
  EXPECT_THAT(comparison_note(net), HasSubstr("10 classes"));
}

Spec with_scale(Spec spec, const char* net, const char* side) {
  spec.net.name = net;
  spec.resolved = map({{"pipeline", list({map({{"rescale", map({{"side", text(side)}})}})})}});
  return spec;
}

class DescribeTable : public ::testing::Test {
 protected:
  void SetUp() override {
    for (const char* name : {"D", "E"}) {
      Spec& spec = specs_.add(std::string(name) + ".yaml", name);
      spec = with_scale(spec, name, name == std::string("D") ? "256" : "384");
      spec.net.input = {224, 224};
      spec.net.layers = {FullyConnected{"fc8", 1000}};
      spec.evaluations[1].scales = {224, 288};
      EvaluationSpec crops;
      crops.name = "crops";
      crops.scales = {256};
      crops.views = {.kind = ViewsSpec::Kind::grid, .grid = 5};
      EvaluationSpec both;
      both.name = "both";
      both.combine = {"multi", "crops"};
      spec.evaluations.push_back(crops);
      spec.evaluations.push_back(both);
    }
  }
  Table described(const std::string& rows, const std::string& more = "") {
    Table table = table_of("title: T\nevaluation: multi\nrows:\n" + rows + more);
    describe(table, specs_.reader());
    return table;
  }

  WrittenSpecs specs_;
};

TEST_F(DescribeTable, ACombinationHasTheScalesAndViewsOfItsMembers) {
  const TableRow row = described("  - {experiment: D.yaml, evaluation: both, paper: {}}\n").rows[0];
  EXPECT_EQ(row.test_scale, "224,256,288");
  EXPECT_EQ(row.views, "dense+mirror & grid5+mirror");
}

TEST_F(DescribeTable, AFusionHasWhatItsMembersShare) {
  const Table table = described("  - {name: two, fuse: [D.yaml, E.yaml], paper: {}}\n");
  EXPECT_EQ(table.rows[0].net, "D + E");
  EXPECT_EQ(table.rows[0].train_scale, "several");
  EXPECT_EQ(table.rows[0].test_scale, "224,288");
  EXPECT_THAT(table.notes, ElementsAre("two: mean of the posteriors of D/multi and E/multi"));
}

TEST_F(DescribeTable, ErrorsOnTheTestSetAreANote) {
  EXPECT_THAT(described("  - {label: X, paper: {test_top5: 7.25}}\n"
                        "  - {experiment: D.yaml, paper: {test_top5: 7}}\n")
                  .notes,
              ElementsAre(HasSubstr("top-5 errors of: X 7.2; D/multi 7.0")));
}

TEST_F(DescribeTable, AnUnknownEvaluationOrExperimentIsAnErrorOfItsRowOrPair) {
  const auto error = [&](const std::string& rows, const std::string& more = "") {
    try {
      static_cast<void>(described(rows, more));
    } catch (const Error& error) {
      return std::string(error.what());
    }
    return std::string("no error");
  };
  EXPECT_THAT(error("  - {experiment: D.yaml, evaluation: tripple, paper: {}}\n"),
              HasSubstr("t.yaml:4: rows[0]: 'D' has no evaluation 'tripple'; it has single"));
  EXPECT_THAT(error("  - {experiment: F.yaml, paper: {}}\n"),
              HasSubstr("t.yaml:4: rows[0]: cannot read the spec configs/tables/F.yaml"));
  EXPECT_THAT(error("  - {experiment: D.yaml, paper: {}}\n",
                    "findings: [{claim: c, section: 4, pairs: [{better: D, worse: D/x}]}]\n"),
              HasSubstr("t.yaml:5: findings[0].pairs[0]: 'D' has no evaluation 'x'"));
}

}  // namespace
}  // namespace vggflow
