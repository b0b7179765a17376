#include "experiments/tables/reproduce.h"

#include <gmock/gmock.h>

#include <map>

#include "base/error.h"

namespace vggflow {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// Specs that are on no disk: file name in "specs/" -> name and `init.from`.
class ExperimentsInOrder : public ::testing::Test {
 protected:
  struct Written {
    std::string name;
    std::string from;
  };

  std::vector<std::string> order(const std::vector<std::string>& rows) {
    Table table;
    for (const std::string& row : rows) table.rows.emplace_back().experiment = "specs/" + row;
    std::vector<std::string> names;
    for (const Spec& spec : experiments_in_order(table, [this](const auto& path) {
           ++reads_;
           const Written& written = specs_.at(path.filename().string());
           Spec spec;
           spec.name = written.name;
           spec.init.from = written.from;
           return spec;
         })) {
      names.push_back(spec.name);
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

  std::map<std::string, Written> specs_;
  int reads_ = 0;
};

TEST_F(ExperimentsInOrder, EachOnceAndAfterThoseItStartsFrom) {
  specs_ = {{"A.yaml", {"A", ""}},
            {"D.yaml", {"D", "A"}},
            {"D-384.yaml", {"D-384", "D"}},
            {"E.yaml", {"E", "A"}},
            {"F.yaml", {"F", "given/weights.h5"}}};
  EXPECT_THAT(order({"D-384.yaml", "F.yaml", "E.yaml", "A.yaml", "D.yaml", "E.yaml"}),
              ElementsAre("A", "D", "D-384", "F", "E"));
  EXPECT_EQ(reads_, 5);
}

TEST_F(ExperimentsInOrder, ACircleIsAnError) {
  specs_ = {{"A.yaml", {"A", "C"}}, {"B.yaml", {"B", "A"}}, {"C.yaml", {"C", "B"}}};
  EXPECT_EQ(error({"A.yaml"}), "specs/A.yaml: init.from: goes round in a circle");
}

TEST_F(ExperimentsInOrder, TwoSpecsOfOneNameAreAnError) {
  specs_ = {{"A.yaml", {"A", ""}}, {"copy.yaml", {"A", ""}}};
  EXPECT_EQ(error({"A.yaml", "copy.yaml"}),
            "specs/copy.yaml: name: 'A' is also the name of specs/A.yaml");
}

// Its weights would be sought in OUT/A, and it leaves them in OUT/A-256.
TEST_F(ExperimentsInOrder, AFileThatIsNotCalledAsItsExperimentIsAnErrorWhereItIsStartedFrom) {
  specs_ = {{"A.yaml", {"A-256", ""}}, {"D.yaml", {"D", "A"}}};
  EXPECT_THAT(order({"A.yaml"}), ElementsAre("A-256"));
  const std::vector<std::vector<std::string>> tables{{"D.yaml"}, {"A.yaml", "D.yaml"}};
  for (const auto& rows : tables) {
    EXPECT_THAT(error(rows), HasSubstr("specs/A.yaml: name: is 'A-256', but 'init.from: A'"));
  }
}

}  // namespace
}  // namespace vggflow
