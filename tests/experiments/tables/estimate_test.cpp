#include "experiments/tables/estimate.h"

#include <gmock/gmock.h>

#include "experiments/spec/yaml.h"

namespace vggflow {
namespace {

constexpr const char* kSpec = R"(
name: tiny
net: {name: tiny, crop: 8, layers: [{conv: {name: c, outputs: 4}}, relu, {fc: {name: f, outputs: 3}}]}
data: {train: {folder: train}, val: {folder: val}}
pipeline: [{random_crop: {size: 8}}]
train: {batch: 4, iterations: 100, sgd: {rate: 0.01}, checkpoint: {keep: 3}}
evaluate:
  one: {scales: [8], views: center, mirror: false}
  four: {scales: [8, 12], views: center}
  kept: {scales: [8, 12], views: center, keep: views}
  both: {combine: [one, four]}
)";

class Estimates : public ::testing::Test {
 protected:
  Estimate of(const RemainingWork& work) { return estimate(spec_, work, speeds_); }

  Spec spec_ = make_spec(parse_yaml(kSpec, "tiny.yaml"));
  Speeds speeds_;
};

// 4 x 3 x 9 + 4 and 3 x 4 x 64 + 3 numbers; weights and momenta of three checkpoints, and the
// weights.
TEST_F(Estimates, TrainingKeepsWeightsAndCheckpoints) {
  EXPECT_EQ(of({.training = "", .iterations = 1}).disk_bytes, (112U + 771U) * 4 * 7);
}

TEST_F(Estimates, EvaluationsKeepScoresAndViewsWhereTheyAreToBeKept) {
  EXPECT_EQ(of({.training = "", .evaluations = {"one"}, .images = 50}).disk_bytes, 50U * 3 * 4);
  EXPECT_EQ(of({.training = "", .evaluations = {"one", "both"}, .images = 50}).disk_bytes,
            2 * 50U * 3 * 4);
  EXPECT_EQ(of({.training = "", .evaluations = {"kept"}, .images = 50}).disk_bytes,
            (1 + 4) * 50U * 3 * 4);
}

// Each shape is measured once, so times are in proportion whatever the machine does.
TEST_F(Estimates, TimeIsInProportionToTheWork) {
  const double hundred_s = of({.training = "", .iterations = 100}).time_s;
  EXPECT_GT(hundred_s, 0);
  EXPECT_DOUBLE_EQ(of({.training = "", .iterations = 300}).time_s, 3 * hundred_s);
  const double one_s = of({.training = "", .evaluations = {"one"}, .images = 50}).time_s;
  EXPECT_GT(one_s, 0);
  EXPECT_DOUBLE_EQ(of({.training = "", .evaluations = {"four"}, .images = 50}).time_s, 4 * one_s);
  EXPECT_EQ(of({.training = "", .evaluations = {"both"}, .images = 50}).time_s, 0);
}

TEST_F(Estimates, NothingLeftTakesNothing) {
  const Estimate nothing = of({.training = "trained"});
  EXPECT_EQ(nothing.time_s, 0);
  EXPECT_EQ(nothing.disk_bytes, 0U);
  EXPECT_TRUE(nothing.whole);
  EXPECT_FALSE(of({.training = "", .problems = {"no images"}}).whole);
}

TEST(DurationText, IsOfTheUnitThatFits) {
  EXPECT_EQ(duration_text(0.4), "0 s");
  EXPECT_EQ(duration_text(89), "89 s");
  EXPECT_EQ(duration_text(720), "12 min");
  EXPECT_EQ(duration_text(12000), "3 h 20 min");
  EXPECT_EQ(duration_text(17.2 * 86400), "17 days");
}

TEST(BytesText, IsOfTheUnitThatFits) {
  EXPECT_EQ(bytes_text(0), "0.0 kB");
  EXPECT_EQ(bytes_text(800000), "800 kB");
  EXPECT_EQ(bytes_text(1540000000), "1.5 GB");
  EXPECT_EQ(bytes_text(999600000), "1.0 GB");
}

}  // namespace
}  // namespace vggflow
