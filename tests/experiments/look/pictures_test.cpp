#include "experiments/look/pictures.h"

#include <gmock/gmock.h>
#include <unistd.h>

#include <limits>
#include <sstream>

#include "base/error.h"
#include "experiments/look/axis.h"
#include "experiments/look/curves.h"
#include "experiments/look/filters.h"
#include "nets/weights_file.h"
#include "tests/experiments/look/oracle.h"

namespace vggflow {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

class PicturesTest : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::path(::testing::TempDir()) / ("vggflow_pictures_" + std::to_string(::getpid()));
    fs::remove_all(folder_);
    fs::create_directories(folder_);
  }
  void TearDown() override { fs::remove_all(folder_); }

  void save_filters(const std::vector<std::int64_t>& dims, const std::string& order = "RGB") const {
    Tensor tensor{.name = "conv1_1.weight", .dims = dims, .values = {}};
    std::int64_t count = 1;
    for (const std::int64_t dim : dims) count *= dim;
    for (std::int64_t i = 0; i < count; ++i) {
      tensor.values.push_back(static_cast<float>(i * 7919 % 1009 - 400) / 3000);
    }
    Weights weights{.parameters = {{tensor, {.name = "fc8.bias", .dims = {1}, .values = {9}}}},
                    .net = "A",
                    .crop = 224,
                    .class_names = {},
                    .preprocessing = {}};
    weights.preprocessing.channel_order = order;
    save_weights(folder_ / "weights.h5", weights);
  }
  /// Lines of the oracle about the curves, split at blanks.
  [[nodiscard]] std::vector<std::vector<std::string>> seen(const TrainingHistory& history) const {
    std::istringstream text(
        oracle(VGGFLOW_PICTURES_ORACLE, {"curves", draw_curves(folder_, history)}));
    std::vector<std::vector<std::string>> lines;
    for (std::string line; std::getline(text, line);) {
      std::istringstream words(line);
      lines.emplace_back();
      for (std::string word; words >> word;) lines.back().push_back(word);
    }
    return lines;
  }

  fs::path folder_;
};

TrainingHistory history_of(std::size_t rows) {
  TrainingHistory history;
  for (std::size_t i = 1; i <= rows; ++i) {
    const double t = static_cast<double>(i) / static_cast<double>(rows);
    history.log.push_back({.iteration = i * 20,
                           .epoch = 10 * t,
                           .rate = t <= 0.5 ? 0.01 : 0.001,
                           .loss = 7 - 5 * t,
                           .top1_error = 100 - 60 * t * t,
                           .top5_error = 50});
  }
  for (const double epoch : {5.0, 10.0}) {
    history.validation.push_back({1, epoch, 100, 90 - 4 * epoch, 20});
  }
  return history;
}

TEST_F(PicturesTest, FiltersAreWhatPillowAndNumpySee) {
  for (const auto& dims : std::vector<std::vector<std::int64_t>>{
           {64, 3, 3, 3}, {16, 3, 3, 3}, {5, 3, 11, 7}, {9, 3, 1, 1}, {1, 3, 49, 3}}) {
    for (const char* order : {"RGB", "BGR"}) {
      save_filters(dims, order);
      EXPECT_EQ(draw_filters(folder_), folder_ / "filters.png");
      EXPECT_EQ(oracle(VGGFLOW_PICTURES_ORACLE, {"filters", folder_}), "equal\n");
    }
  }
}

TEST_F(PicturesTest, FiltersOfZerosAreGrey) {
  const Tensor zeros{.name = "conv1_1.weight", .dims = {1, 3, 1, 1}, .values = {0, 0, 0}};
  const Image sheet = filter_sheet(zeros);
  EXPECT_EQ(sheet.size(), (Size{56, 56}));
  EXPECT_EQ(sheet.view().at(4, 4)[0], 128);
  EXPECT_EQ(sheet.view().at(3, 4)[0], 0);
}

TEST_F(PicturesTest, WeightsThatMakeNoPictureAreADataError) {
  for (const auto& dims :
       std::vector<std::vector<std::int64_t>>{{4, 1, 3, 3}, {4, 3}, {2, 3, 65, 65}, {12}}) {
    save_filters(dims);
    EXPECT_THROW((void)draw_filters(folder_), Error);
  }
  fs::resize_file(folder_ / "weights.h5", 700);
  EXPECT_THROW((void)draw_filters(folder_), Error);
  const float nan = std::numeric_limits<float>::quiet_NaN();
  EXPECT_THROW((void)filter_sheet({.name = "w", .dims = {1, 3, 1, 1}, .values = {0, nan, 0}}),
               Error);
}

TEST_F(PicturesTest, CurvesLieWhereTheirValuesAre) {
  const TrainingHistory history = history_of(8);
  const auto lines = seen(history);
  ASSERT_EQ(lines.size(), 7U);
  EXPECT_THAT(lines[0], ElementsAre("size", "760", "620"));
  // Epochs 0 to 10 from x = 72 to 732; losses 0 to 8 from y = 300 up to 96, errors 0 to 100 from
  // 560 up to 356.
  const auto x = [](double epoch) { return 72 + epoch * 66; };
  for (std::size_t i = 0; i < 8; ++i) {
    const TrainingRow& row = history.log[i];
    EXPECT_NEAR(std::stod(lines[1][1 + 2 * i]), x(row.epoch), 0.006);
    EXPECT_NEAR(std::stod(lines[1][2 + 2 * i]), 300 - row.loss * 204 / 8, 0.006);
    EXPECT_NEAR(std::stod(lines[2][1 + 2 * i]), x(row.epoch), 0.006);
    EXPECT_NEAR(std::stod(lines[2][2 + 2 * i]), 560 - row.top1_error * 2.04, 0.006);
  }
  EXPECT_THAT(lines[3], ElementsAre("validation", "402.00", "417.20", "732.00", "458.00"));
  EXPECT_THAT(lines[4], ElementsAre("mark", "validation", "402.00", "417.20"));
  EXPECT_THAT(lines[6], ElementsAre("drop", "402.00", "rate", "0.001"));
}

TEST_F(PicturesTest, ALongLogIsDrawnAsMeans) {
  TrainingHistory history = history_of(2999);
  history.validation.clear();
  const auto lines = seen(history);
  ASSERT_EQ(lines.size(), 4U);
  EXPECT_EQ(lines[1].size(), 1 + 2 * 1000U);
  EXPECT_EQ(lines[1][1999], "732.00");  // the last row's epoch
  const double mean = (history.log[0].loss + history.log[1].loss + history.log[2].loss) / 3;
  EXPECT_NEAR(std::stod(lines[1][2]), 300 - mean * 204 / 8, 0.006);
}

TEST_F(PicturesTest, WhatIsNotFiniteIsLeftOutAndWarmUpIsNoDrop) {
  TrainingHistory history = history_of(4);
  for (std::size_t i = 0; i < 4; ++i) history.log[i].rate = 0.001 * static_cast<double>(i + 1);
  history.log[1].loss = std::numeric_limits<double>::quiet_NaN();
  history.log[2].top1_error = std::numeric_limits<double>::infinity();
  const auto lines = seen(history);
  EXPECT_EQ(lines[1].size(), 1 + 2 * 3U);
  EXPECT_EQ(lines[2].size(), 1 + 2 * 3U);
  EXPECT_EQ(lines.back()[0], "mark");
}

TEST_F(PicturesTest, ACurveOfOneRowIsAPoint) {
  TrainingHistory history = history_of(1);
  history.validation.pop_back();
  const auto lines = seen(history);
  ASSERT_EQ(lines.size(), 4U);  // no line is drawn
  EXPECT_THAT(lines[1], ElementsAre("mark", "training", "732.00", "96.00"));
  EXPECT_THAT(lines[2], ElementsAre("mark", "training", "732.00", "478.40"));
  EXPECT_THAT(lines[3], ElementsAre("mark", "validation", "402.00", "417.20"));
}

TEST_F(PicturesTest, OneRowOfZerosIsAPicture) {
  const std::string svg =
      curves_svg("a <b> & c", {.log = {{}}, .timing = {}, .validation = {}, .failed = {}});
  EXPECT_THAT(svg, Not(HasSubstr("nan")));
  EXPECT_THAT(svg, Not(HasSubstr("inf")));
  EXPECT_THAT(svg, HasSubstr("a &lt;b&gt; &amp; c: learning curves"));
  EXPECT_THROW((void)curves_svg("nothing", {}), Error);
}

TEST(Axis, TicksAreRoundFewAndReachTheEnd) {
  for (const double high : {1e-6, 0.03, 0.1, 0.7, 1.0, 6.9077, 10.0, 74.0, 100.0, 12345.0, 1e9}) {
    for (const int most : {3, 7, 11}) {
      const double end = rounded_up(high, most);
      EXPECT_GE(end, high * (1 - 1e-6));
      EXPECT_LE(end, high * 2 + 1e-12) << high << " " << most;
      const std::vector<double> found = ticks(end, most);
      EXPECT_GE(found.size(), 2U);
      EXPECT_LE(found.size(), static_cast<std::size_t>(most) + 1);
      EXPECT_EQ(found.front(), 0);
      EXPECT_LE(found.back(), end * (1 + 1e-6));
    }
  }
  EXPECT_THAT(ticks(100, 7), ElementsAre(0, 20, 40, 60, 80, 100));
  EXPECT_EQ(rounded_up(6.9, 7), 8);
}

}  // namespace
}  // namespace vggflow
