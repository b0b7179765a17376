#include "experiments/tables/findings.h"

#include <gmock/gmock.h>
#include <unistd.h>

#include <numeric>

#include "base/error.h"
#include "experiments/evaluation/results_file.h"

namespace vggflow {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

constexpr std::size_t kImages = 200;

/// Of 200 images, wrong on those from `first` to before `last`.
CellErrors wrong_on(std::size_t first, std::size_t last) {
  CellErrors errors{std::vector<std::uint8_t>(kImages, 0), "the images"};
  for (std::size_t i = first; i < last; ++i) errors.wrong[i] = 1;
  return errors;
}

TableCell cell(const std::string& name) { return {{{name + ".yaml", "single"}}}; }

class Judge : public ::testing::Test {
 protected:
  Finding judged(const std::vector<std::pair<std::string, std::string>>& pairs,
                 Finding::Relation relation = Finding::Relation::better) {
    std::vector<Finding> findings{
        {.claim = "c", .section = "4", .relation = relation, .pairs = {}}};
    for (const auto& [better, worse] : pairs) {
      findings[0].pairs.push_back({.better = cell(better), .worse = cell(worse)});
    }
    judge(findings, [this](const TableCell& of) {
      const auto found = errors_.find(of.text());
      if (found == errors_.end()) throw Error(Origin::data, "is missing", of.text());
      return found->second;
    });
    return findings[0];
  }
  Verdict verdict(const std::string& better, const std::string& worse,
                  Finding::Relation relation = Finding::Relation::better) {
    return judged({{better, worse}}, relation).verdict;
  }

  // "good" and "poor" differ on 40 images, "good" and "near" on 3.
  std::map<std::string, CellErrors> errors_{{"good/single", wrong_on(0, 10)},
                                            {"near/single", wrong_on(0, 13)},
                                            {"poor/single", wrong_on(0, 50)}};
};

TEST_F(Judge, APairHoldsWhereTheDifferenceIsSignificant) {
  EXPECT_EQ(verdict("good", "poor"), Verdict::holds);
  EXPECT_EQ(verdict("poor", "good"), Verdict::does_not_hold);
  EXPECT_EQ(verdict("good", "near"), Verdict::not_significant);
  EXPECT_EQ(verdict("near", "good"), Verdict::not_significant);
}

TEST_F(Judge, NoHarmHoldsUnlessThereIsSignificantHarm) {
  constexpr auto kNotWorse = Finding::Relation::not_worse;
  EXPECT_EQ(verdict("good", "poor", kNotWorse), Verdict::holds);
  EXPECT_EQ(verdict("near", "good", kNotWorse), Verdict::holds);
  EXPECT_EQ(verdict("good", "good", kNotWorse), Verdict::holds);
  EXPECT_EQ(verdict("poor", "good", kNotWorse), Verdict::does_not_hold);
}

// Six images that only the worse one gets wrong: a fair coin does so once in 32 times, 2^-6 x 2.
TEST_F(Judge, GivesErrorsInPercentAndP) {
  errors_["six/single"] = wrong_on(0, 16);
  const FindingPair pair = judged({{"good", "six"}}).pairs[0];
  EXPECT_EQ(pair.better_error, 5);
  EXPECT_EQ(pair.worse_error, 8);
  EXPECT_NEAR(pair.p, 1.0 / 32, 1e-12);
  EXPECT_EQ(pair.verdict, Verdict::holds);
  errors_["six/single"] = wrong_on(0, 15);
  EXPECT_NEAR(judged({{"good", "six"}}).pairs[0].p, 1.0 / 16, 1e-12);
  EXPECT_EQ(verdict("good", "six"), Verdict::not_significant);
}

TEST_F(Judge, AClaimIsAsStrongAsItsWeakestMeasuredPair) {
  EXPECT_EQ(judged({{"good", "poor"}, {"near", "poor"}}).verdict, Verdict::holds);
  EXPECT_EQ(judged({{"good", "poor"}, {"good", "near"}}).verdict, Verdict::not_significant);
  EXPECT_EQ(judged({{"good", "near"}, {"poor", "good"}, {"good", "poor"}}).verdict,
            Verdict::does_not_hold);
  EXPECT_EQ(judged({{"good", "poor"}, {"good", "none"}}).verdict, Verdict::holds);
  EXPECT_EQ(judged({{"good", "none"}, {"none", "poor"}}).verdict, Verdict::not_measured);
}

TEST_F(Judge, WhatIsNotMeasuredSaysWhy) {
  const FindingPair missing = judged({{"good", "none"}}).pairs[0];
  EXPECT_EQ(missing.verdict, Verdict::not_measured);
  EXPECT_EQ(missing.note, "none/single: is missing");
  errors_["near/single"].images_sha256 = "others";
  const FindingPair others = judged({{"good", "near"}}).pairs[0];
  EXPECT_EQ(others.verdict, Verdict::not_measured);
  EXPECT_EQ(others.note, "good/single and near/single are of other images");
}

TEST(LookingOnce, LooksAtEachCellOnceAlsoWhenItFails) {
  int looks = 0;
  const CellErrorsOf once = looking_once([&](const TableCell& of) {
    ++looks;
    if (of == cell("bad")) throw Error(Origin::data, "is damaged", "bad.h5");
    return wrong_on(0, 1);
  });
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(once(cell("good")).wrong.size(), kImages);
    EXPECT_THROW((void)once(cell("bad")), Error);
  }
  EXPECT_EQ(looks, 2);
}

TEST(CellErrorsOfAFile, AreItsTop1ErrorsAndKnowTheirImages) {
  const fs::path folder =
      fs::path(::testing::TempDir()) / ("vggflow_findings_" + std::to_string(::getpid()));
  EvaluationResult result;
  result.name = "single";
  result.classes = 2;
  result.scores = {0.25F, 0.75F, 0.5F, 0.5F, 1, 0};
  result.labels = {1, 1, 0};
  result.ids = {0, 1, 2};
  result.names = {"a", "b", "c"};
  result.class_names = {"x", "y"};
  result.scales = {256};
  const auto errors_of = [&] {
    save_evaluation(folder, result, {});
    return cell_errors(evaluation_path(folder, "single"));
  };
  const CellErrors first = errors_of();
  EXPECT_THAT(first.wrong, ::testing::ElementsAre(0, 1, 0));
  result.scores[0] = 1;
  EXPECT_EQ(errors_of().images_sha256, first.images_sha256);
  result.names[2] = "d";
  EXPECT_NE(errors_of().images_sha256, first.images_sha256);
  result.names[2] = "c";
  result.labels[2] = 1;
  EXPECT_NE(errors_of().images_sha256, first.images_sha256);
  fs::remove_all(folder);
}

}  // namespace
}  // namespace vggflow
