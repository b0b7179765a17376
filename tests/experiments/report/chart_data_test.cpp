#include "experiments/report/chart_data.h"

#include <gmock/gmock.h>

#include <limits>
#include <nlohmann/json.hpp>

namespace vggflow {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::Not;

TrainingHistory history_of(std::size_t rows) {
  TrainingHistory history;
  for (std::size_t i = 1; i <= rows; ++i) {
    const double epoch = static_cast<double>(i) / 2;
    history.log.push_back({i, epoch, i <= rows / 2 ? 0.01 : 0.001, 1 + epoch, 50, 20});
  }
  history.validation.push_back({2, 1, 100, 40.123456789, 10});
  return history;
}

TEST(ChartData, CurvesAreWhatWasLoggedAndWhereTheRateFell) {
  const json curves = curves_data(history_of(4));
  EXPECT_EQ(curves.at("loss"), json::parse("[[0.5,1.5],[1,2],[1.5,2.5],[2,3]]"));
  EXPECT_EQ(curves.at("training"), json::parse("[[0.5,50],[1,50],[1.5,50],[2,50]]"));
  EXPECT_EQ(curves.at("validation"), json::parse("[[1,40.1235]]"));
  EXPECT_EQ(curves.at("drops"), json::parse(R"([{"epoch": 1, "rate": 0.001}])"));
}

TEST(ChartData, WhatIsNotFiniteIsLeftOut) {
  TrainingHistory history = history_of(4);
  history.log[1].loss = std::numeric_limits<double>::quiet_NaN();
  history.log[2].epoch = std::numeric_limits<double>::infinity();
  EXPECT_EQ(curves_data(history).at("loss"), json::parse("[[0.5,1.5],[2,3]]"));
  EXPECT_TRUE(curves_data({}).is_null());
}

TEST(ChartData, ALongLogIsThinned) {
  const json curves = curves_data(history_of(100'000));
  EXPECT_LE(curves.at("loss").size(), 400U);
  EXPECT_EQ(curves.at("loss").back()[0], 50'000);
  EXPECT_LT(script_json(curves).size(), 20'000U);
}

TEST(ChartData, BlocksAreNamedByTheirFirstAndLastClass) {
  const ConfusionBlocks blocks{.side = 2, .each = 2, .counts = {1, 2, 3, 4}};
  const json data = confusion_data(blocks, {"a", "b", "c"});
  EXPECT_EQ(data.at("names"), json({"a to b", "c"}));
  EXPECT_EQ(data.at("counts"), json({1, 2, 3, 4}));
  const ConfusionBlocks single{.side = 2, .each = 1, .counts = {1, 2, 3, 4}};
  EXPECT_EQ(confusion_data(single, {"a", "b"}).at("names"), json({"a", "b"}));
}

TEST(ChartData, AScriptCannotBeEndedByData) {
  const json nasty{{"names", {"</script><!--<script>", "\xFF"}}};
  const std::string text = script_json(nasty);
  EXPECT_THAT(text, Not(HasSubstr("<")));
  EXPECT_EQ(json::parse(text).at("names").at(0), "</script><!--<script>");
  EXPECT_EQ(json::parse(text).at("names").at(1), "\xEF\xBF\xBD");
}

}  // namespace
}  // namespace vggflow
