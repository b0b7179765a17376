// What scoring many shapes leaves in memory.
#include <gtest/gtest.h>

#include "nets/onednn/scoring_plan.h"
#include "tests/nets/tiny.h"

namespace vggflow {
namespace {

// Over its training extent fc6 is an inner product, over more a convolution: other layouts.
Net net() {
  return {"fc",
          {8, 8},
          {Convolution{"conv1", 32, 3}, Relu{}, MaxPool{2}, FullyConnected{"fc6", 64}, Relu{},
           FullyConnected{"fc8", 7}}};
}

/// A scorer with its own parameters.
struct Scorer {
  explicit Scorer(const onednn::ScoringLimits& limits) : plans(device, net_, parameters, limits) {
    parameters.add_plain(net_);
    parameters.load(random_parameters(net_));
  }

  std::vector<float> score(Size size, int slots = 2) {
    Scores scores{slots, 7, std::vector<float>(static_cast<std::size_t>(slots) * 7)};
    plans.score(random_batch(slots, size, 7), Aggregate::scores, scores);
    return scores.values;
  }
  [[nodiscard]] double copies() const {
    return static_cast<double>(parameters.copied_bytes()) / static_cast<double>(parameters.bytes());
  }

  Net net_ = net();
  onednn::Device device;
  onednn::ParameterStore parameters{device, net_};
  onednn::ScoringPlans plans;
};

std::vector<Size> sizes() {
  std::vector<Size> all;
  for (int width = 8; width < 40; width += 3) {
    for (const int height : {8, 17, 30}) all.push_back({width, height});
  }
  return all;
}

TEST(OnednnPlans, CopiesOfWeightsGoWithThePlansThatUseThem) {
  Scorer kept({1, 1e9});
  for (const Size size : sizes()) {
    kept.score(size);
    Scorer alone({1, 1e9});
    alone.score(size);
    EXPECT_EQ(kept.plans.plans(), 1U);
    EXPECT_EQ(kept.parameters.copied_bytes(), alone.parameters.copied_bytes()) << to_string(size);
  }
}

TEST(OnednnPlans, CopiesOfWeightsAreBounded) {
  Scorer roomy({1000, 1e9});
  Scorer narrow({1000, 1.5});
  for (const int slots : {1, 2, 16}) {
    for (const Size size : sizes()) {
      EXPECT_EQ(narrow.score(size, slots), roomy.score(size, slots)) << to_string(size);
      EXPECT_LE(narrow.copies(), 1.5) << to_string(size);
    }
  }
  EXPECT_EQ(roomy.plans.plans(), 3 * sizes().size());
  if (roomy.copies() <= 1.5) GTEST_SKIP() << "here all shapes want the same layouts";
}

TEST(OnednnPlans, AreBoundedInNumber) {
  Scorer scorer({5, 1e9});
  for (const Size size : sizes()) scorer.score(size);
  EXPECT_EQ(scorer.plans.plans(), 5U);
}

}  // namespace
}  // namespace vggflow
