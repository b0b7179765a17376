#include "experiments/evaluation/combination.h"

#include <gmock/gmock.h>

#include <cmath>
#include <limits>

#include "base/error.h"

namespace vggflow {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

EvaluationResult result_of(std::vector<float> scores) {
  EvaluationResult result;
  result.classes = 2;
  result.scores = std::move(scores);
  result.labels = {0, 1, 1};
  result.ids = {0, 1, 2};
  result.names = {"a/0", "b/1", "b/2"};
  result.class_names = {"a", "b"};
  result.scales = {64, 96};
  result.views = "dense+mirror";
  result.profile = "opencv-linear";
  compute_errors(result);
  return result;
}

std::vector<CombinationMember> two_members() {
  return {{"multi", result_of({0.9F, 0.1F, 0.6F, 0.4F, 0.7F, 0.3F})},
          {"crops", result_of({0.2F, 0.8F, 0.1F, 0.9F, 0.5F, 0.5F})}};
}

TEST(Combined, AveragesPosteriorsAndCountsErrorsAnew) {
  auto members = two_members();
  members[1].result.views = "grid5+mirror";
  members[1].result.scales = {96, 128};
  const EvaluationResult both = combined(members);
  const std::vector<float> means{0.55F, 0.45F, 0.35F, 0.65F, 0.6F, 0.4F};
  ASSERT_EQ(both.scores.size(), means.size());
  for (std::size_t i = 0; i < means.size(); ++i) EXPECT_NEAR(both.scores[i], means[i], 1e-7);
  EXPECT_DOUBLE_EQ(both.top1_error, 100.0 / 3);
  EXPECT_THAT(both.members, ElementsAre("multi", "crops"));
  EXPECT_THAT(both.scales, ElementsAre(64, 96, 128));
  EXPECT_EQ(both.views, "dense+mirror & grid5+mirror");
  EXPECT_EQ(both.profile, "opencv-linear");
}

TEST(Combined, ViewsOfMembersThatAreAveragesStandOnce) {
  auto members = two_members();
  members[0].result.views = "dense+mirror & grid5+mirror";
  members[1].result.views = "grid5+mirror & center";
  EXPECT_EQ(combined(members).views, "dense+mirror & grid5+mirror & center");
}

TEST(Combined, AnImageThatFailedInOneMemberFailed) {
  auto members = two_members();
  members[1].result.scores[2] = members[1].result.scores[3] =
      std::numeric_limits<float>::quiet_NaN();
  members[1].result.failed = {{1, "b/1", "decode: the file ends early"}};
  const EvaluationResult both = combined(members);
  EXPECT_TRUE(std::isnan(both.scores[2]));
  ASSERT_EQ(both.failed.size(), 1U);
  EXPECT_EQ(both.failed[0].name, "b/1");
}

std::string refusal(void (*change)(EvaluationResult&)) {
  auto members = two_members();
  change(members[1].result);
  try {
    static_cast<void>(combined(members));
  } catch (const Error& error) {
    EXPECT_EQ(error.origin(), Origin::data);
    return error.what();
  }
  return "accepted";
}

TEST(Combined, WantsTheSameImagesLabelsAndClasses) {
  EXPECT_THAT(
      refusal([](EvaluationResult& r) { r.names[1] = "b/9"; }),
      HasSubstr("multi and crops cannot be averaged: they are of other images: b/1 and b/9"));
  EXPECT_THAT(refusal([](EvaluationResult& r) { r.labels[1] = 0; }), HasSubstr("other labels"));
  EXPECT_THAT(refusal([](EvaluationResult& r) { r.class_names[1] = "c"; }),
              HasSubstr("other class names"));
  EXPECT_THAT(refusal([](EvaluationResult& r) {
                r.classes = 1;
                r.scores.resize(3);
              }),
              HasSubstr("other classes: 2 and 1"));
  EXPECT_THAT(refusal([](EvaluationResult& r) {
                r.names.pop_back();
                r.labels.pop_back();
                r.scores.resize(4);
              }),
              HasSubstr("other images: 3 and 2"));
  EXPECT_THROW(static_cast<void>(combined({})), Error);
}

}  // namespace
}  // namespace vggflow
