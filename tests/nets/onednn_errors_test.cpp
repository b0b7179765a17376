#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "tests/nets/onednn_test_support.h"

namespace vggflow {
namespace {

using testing::HasSubstr;

template <class Act>
void expect_error(Origin origin, const std::string& text, const Act& act) {
  try {
    act();
    ADD_FAILURE() << "no error; wanted: " << text;
  } catch (const Error& error) {
    EXPECT_EQ(error.origin(), origin);
    EXPECT_THAT(error.what(), HasSubstr(text));
  }
}

class OnednnErrors : public testing::Test {
 protected:
  Net net_ = tiny_net();
  std::unique_ptr<Engine> engine_ = loaded("onednn", net_, training_options(2));
};

TEST_F(OnednnErrors, WeightsOfAnotherNet) {
  Parameters other = random_parameters(net_);
  other.tensors[0].dims = {4, 3, 5, 5};
  other.tensors[0].values.resize(300);
  expect_error(Origin::data, "conv1.weight is (4, 3, 5, 5), the net wants (4, 3, 3, 3)",
               [&] { engine_->load(other); });
  other.tensors.pop_back();
  EXPECT_THROW(engine_->load(other), Error);
  EXPECT_THROW(engine_->restore({other}), Error);
  expect_same(engine_->parameters(), random_parameters(net_), "weights");
}

TEST_F(OnednnErrors, ABatchOfAnotherShape) {
  expect_error(Origin::engine, "3 slots of 6x4 px; net 'tiny' was compiled for 2 slots of 6x4 px",
               [&] {
                 engine_->accumulate(random_batch(3, {6, 4}, 7), {0, 0, 3});
               });
  EXPECT_THROW(engine_->accumulate(random_batch(2, {4, 6}, 7), {0, 0, 2}), Error);
}

TEST_F(OnednnErrors, ALabelOutsideTheClasses) {
  Batch batch = random_batch(2, {6, 4}, 7);
  batch.labels[1] = 7;
  expect_error(Origin::engine, "label 7 in slot 1; allowed: 0 to 6", [&] {
    engine_->accumulate(batch, {0, 0, 2});
  });
}

TEST_F(OnednnErrors, WeightsThatSumToNothing) {
  expect_error(Origin::engine, "sum to nothing", [&] {
    engine_->accumulate(random_batch(2, {6, 4}, 7), {0, 0, 0});
  });
}

TEST_F(OnednnErrors, APictureTooSmall) {
  Scores scores;
  expect_error(Origin::engine, "allowed: sides of at least 6 px", [&] {
    engine_->score(random_batch(1, {5, 9}, 7), scores);
  });
}

TEST_F(OnednnErrors, TrainingAnEngineMadeToScore) {
  const auto scorer = loaded("onednn", net_, training_options(0));
  expect_error(Origin::engine, "made to score", [&] {
    scorer->accumulate(random_batch(2, {6, 4}, 7), {0, 0, 2});
  });
  expect_error(Origin::engine, "made to score", [&] { scorer->update({}); });
}

TEST(OnednnDescription, NamesVersionAndThreads) {
  const auto engine = make_engine("onednn", tiny_net(), training_options(2, 3));
  EXPECT_THAT(engine->description(), testing::MatchesRegex("onednn [0-9.]+, 3 threads"));
}

}  // namespace
}  // namespace vggflow
