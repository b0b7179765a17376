#include "experiments/tables/plan.h"

#include <gmock/gmock.h>

#include "tests/experiments/tables/table_specs.h"

namespace vggflow {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class PlanExperiments : public ::testing::Test {
 protected:
  static Table table(const std::vector<std::string>& rows) {
    Table table;
    for (const std::string& row : rows) {
      TableRow& added = table.rows.emplace_back();
      added.cell.members = {{"specs/" + row, "single"}};
      added.place = "t.yaml:" + std::to_string(table.rows.size());
    }
    return table;
  }
  std::vector<std::string> order(const std::vector<std::string>& rows) {
    std::vector<std::string> names;
    for (const PlannedExperiment& planned : plan_experiments({table(rows)}, specs_.reader())) {
      names.push_back(planned.spec.name);
    }
    return names;
  }
  std::string error(const std::vector<std::string>& rows) {
    try {
      static_cast<void>(order(rows));
    } catch (const Error& error) {
      EXPECT_EQ(error.origin(), Origin::spec);
      return error.what();
    }
    return "no error";
  }

  WrittenSpecs specs_;
};

TEST_F(PlanExperiments, EachOnceAndAfterThoseItStartsFrom) {
  specs_.add("A.yaml", "A");
  specs_.add("D.yaml", "D", "A");
  specs_.add("D-384.yaml", "D-384", "D");
  specs_.add("E.yaml", "E", "A");
  specs_.add("F.yaml", "F", "given/weights.h5");
  EXPECT_THAT(order({"D-384.yaml", "F.yaml", "E.yaml", "A.yaml", "D.yaml", "E.yaml"}),
              ElementsAre("A", "D", "D-384", "F", "E"));
  EXPECT_EQ(specs_.reads(), 5);
}

TEST_F(PlanExperiments, OnlyTheEvaluationsOfTheRowsAreWanted) {
  specs_.add("A.yaml", "A");
  specs_.add("D.yaml", "D", "A");
  Table first = table({"D.yaml", "D.yaml"});
  Table fusion = table({"D.yaml"});
  fusion.rows[0].cell = {{{"specs/D.yaml", "multi"}, {"specs/D.yaml", "single"}}, "both"};
  const auto plan = plan_experiments({first, fusion}, specs_.reader());
  ASSERT_EQ(plan.size(), 2U);
  EXPECT_THAT(plan[0].evaluations, IsEmpty());  // A: its weights alone
  EXPECT_THAT(plan[1].evaluations, ElementsAre("single", "multi"));
}

TEST_F(PlanExperiments, PublishedNumbersNeedNoExperiment) {
  Table table;
  table.rows.emplace_back().label = "GoogLeNet";
  EXPECT_THAT(plan_experiments({table}, specs_.reader()), IsEmpty());
}

TEST_F(PlanExperiments, ACircleIsAnError) {
  specs_.add("A.yaml", "A", "C");
  specs_.add("B.yaml", "B", "A");
  specs_.add("C.yaml", "C", "B");
  EXPECT_EQ(error({"A.yaml"}), "specs/A.yaml: init.from: goes round in a circle, A -> C -> B -> A");
  specs_.add("D.yaml", "D", "B");  // leads to it, and is not of it
  EXPECT_EQ(error({"D.yaml"}), "specs/B.yaml: init.from: goes round in a circle, B -> A -> C -> B");
  specs_.add("E.yaml", "E");
  specs_.add("F.yaml", "F", "E");
  specs_.add("G.yaml", "G", "E");
  EXPECT_THAT(order({"F.yaml", "G.yaml", "E.yaml"}), ElementsAre("E", "F", "G"));
}

TEST_F(PlanExperiments, TwoSpecsOfOneNameAreAnError) {
  specs_.add("A.yaml", "A");
  specs_.add("copy.yaml", "A");
  EXPECT_EQ(error({"A.yaml", "copy.yaml"}),
            "specs/copy.yaml: name: 'A' is also the name of specs/A.yaml");
}

// Its weights would be sought in OUT/A, and it leaves them in OUT/A-256.
TEST_F(PlanExperiments, AFileThatIsNotCalledAsItsExperimentIsAnErrorWhereItIsStartedFrom) {
  specs_.add("A.yaml", "A-256");
  specs_.add("D.yaml", "D", "A");
  EXPECT_THAT(order({"A.yaml"}), ElementsAre("A-256"));
  const std::vector<std::vector<std::string>> tables{{"D.yaml"}, {"A.yaml", "D.yaml"}};
  for (const auto& rows : tables) {
    EXPECT_THAT(error(rows), HasSubstr("specs/A.yaml: name: is 'A-256', but 'init.from: A'"));
  }
}

TEST_F(PlanExperiments, AMissingSpecIsAnErrorOfWhoNamesIt) {
  specs_.add("D.yaml", "D", "A");
  EXPECT_EQ(error({"D.yaml"}), "specs/D.yaml: init.from: cannot read the spec specs/A.yaml");
  EXPECT_EQ(error({"E.yaml"}), "t.yaml:1: cannot read the spec specs/E.yaml");
}

TEST(ReadingOnce, ReadsOnce) {
  WrittenSpecs specs;
  specs.add("A.yaml", "A");
  const ReadSpec read = reading_once(specs.reader());
  EXPECT_EQ(read("A.yaml").name, "A");
  EXPECT_EQ(read("A.yaml").name, "A");
  EXPECT_EQ(specs.reads(), 1);
}

}  // namespace
}  // namespace vggflow
