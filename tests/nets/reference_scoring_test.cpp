#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "tests/nets/reference_fixture.h"

namespace vggflow {
namespace {

using ::testing::FloatNear;
using ::testing::Pointwise;

TEST(ReferenceScoringTest, ScoringNeverChangesTrainingState) {
  const auto engine = engine_of(tiny_net(0.5), {.batch = 2});
  const Batch batch = random_batch(2, {6, 4}, 7);
  engine->accumulate(batch, step_of(batch));
  const Parameters gradients = engine->gradients();
  Scores scores;
  engine->score(random_batch(3, {9, 8}, 7), scores);
  EXPECT_TRUE(equal(engine->gradients(), gradients));
  EXPECT_TRUE(equal(engine->parameters(), random_parameters(tiny_net())));
  EXPECT_FALSE(engine->poll());
}

TEST(ReferenceScoringTest, PosteriorsSumToOneAndIgnoreDropoutAndSampleWeights) {
  Batch batch = random_batch(2, {6, 4}, 7);
  Scores scores;
  engine_of(tiny_net(0), {})->score(batch, scores);
  EXPECT_EQ(scores.slots, 2);
  EXPECT_EQ(scores.classes, 7);
  ASSERT_EQ(scores.values.size(), 14U);
  for (int n = 0; n < 2; ++n) {
    EXPECT_NEAR(std::accumulate(scores.row(n), scores.row(n) + 7, 0.0), 1, 1e-6);
  }
  Scores again;
  batch.weights = {0, 1};
  engine_of(tiny_net(0.5), {})->score(batch, again);
  EXPECT_EQ(again.values, scores.values);
}

/// Posteriors of every crop of the training size, all offsets by the pool's stride.
std::vector<Scores> scores_of_crops(Engine& engine, const Batch& whole, Size crop, int stride) {
  std::vector<Scores> all;
  for (int y = 0; y + crop.height <= whole.shape.image.height; y += stride) {
    for (int x = 0; x + crop.width <= whole.shape.image.width; x += stride) {
      Batch batch = random_batch(1, crop, 1);
      const ConstImageView window = whole.slot(0).window({x, y, crop.width, crop.height});
      for (int row = 0; row < crop.height; ++row) {
        std::copy_n(window.row(row), crop.width * kChannels, batch.slot(0).row(row));
      }
      engine.score(batch, all.emplace_back());
    }
  }
  return all;
}

TEST(ReferenceScoringTest, DenseScoringIsTheMeanOfAllCropsWherePaddingHasNoPart) {
  const Net net{"n",
                {6, 4},
                {Convolution{"c", 6, 1}, Relu{}, MaxPool{2}, FullyConnected{"f", 5}, Relu{},
                 FullyConnected{"g", 4}}};
  const Batch whole = random_batch(1, {10, 8}, 4);
  const auto posteriors = engine_of(net, {.aggregate = Aggregate::posteriors});
  const std::vector<Scores> crops = scores_of_crops(*posteriors, whole, net.input, 2);
  ASSERT_EQ(crops.size(), 9U);

  std::vector<double> mean(4, 0.0);
  std::vector<double> geometric(4, 1.0);  // softmax of mean scores ~ geometric mean of posteriors
  for (const Scores& scores : crops) {
    for (std::size_t c = 0; c < 4; ++c) {
      mean[c] += scores.values[c] / 9;
      geometric[c] *= std::pow(scores.values[c], 1.0 / 9);
    }
  }
  const double sum = std::accumulate(geometric.begin(), geometric.end(), 0.0);
  for (double& p : geometric) p /= sum;
  Scores dense;
  posteriors->score(whole, dense);
  EXPECT_THAT(dense.values, Pointwise(FloatNear(1e-6F), mean));
  engine_of(net, {.aggregate = Aggregate::scores})->score(whole, dense);
  EXPECT_THAT(dense.values, Pointwise(FloatNear(1e-6F), geometric));
}

TEST(ReferenceScoringTest, ErrorPictureTooSmallToScore) {
  const auto engine =
      engine_of(vggflow::Net{"n", {6, 6}, {MaxPool{2}, FullyConnected{"f", 2}}}, {});
  Scores scores;
  EXPECT_THAT(
      [&] {
        engine->score(random_batch(1, {9, 5}, 2), scores);
      },
      engine_error("pictures of 9x5 px; allowed: sides of at least 6 px"));
}

}  // namespace
}  // namespace vggflow
