#include "experiments/run/spec_changes.h"

#include <gmock/gmock.h>

#include "experiments/spec/yaml.h"

namespace vggflow {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<std::string> between(const std::string& then, const std::string& now) {
  return changes(parse_yaml(then, "then"), parse_yaml(now, "now"));
}

TEST(Changes, NamesEachKeyThatDiffers) {
  EXPECT_THAT(between("{train: {batch: 64, sgd: {rate: 0.1}}, seed: 1}",
                      "{seed: 1, train: {sgd: {rate: 0.2, decay: 0}, batch: 32}}"),
              ElementsAre("train.batch was 64, is 32", "train.sgd.rate was 0.1, is 0.2",
                          "train.sgd.decay was not given, is 0"));
}

TEST(Changes, TheSameIsNoChangeWhateverTheOrder) {
  EXPECT_THAT(between("{a: {b: 1, c: [1, {d: 2}]}}", "{a: {c: [1, {d: 2}], b: 1}}"), IsEmpty());
}

TEST(Changes, ListsOfOneLengthAreComparedItemByItem) {
  EXPECT_THAT(between("[{crop: {size: 5}}, flip]", "[{crop: {size: 6}}, flip]"),
              ElementsAre("[0].crop.size was 5, is 6"));
  EXPECT_THAT(between("{p: [1, 2]}", "{p: [1, {a: 2}, 3]}"),
              ElementsAre("p was [1, 2], is [1, {a: 2}, 3]"));
}

TEST(Changes, KindsDifferToo) {
  EXPECT_THAT(between("{schedule: constant}", "{schedule: {step: {epochs: [1]}}}"),
              ElementsAre("schedule was constant, is {step: {epochs: [1]}}"));
  EXPECT_THAT(between("{data: {tar: a}}", "{data: null}"),
              ElementsAre("data was {tar: a}, is null"));
}

TEST(TrainingPart, HoldsTheImagesThatAValidationLooksAt) {
  const auto part = [](const std::string& text) { return training_part(parse_yaml(text, "t")); };
  EXPECT_THAT(changes(part("{train: {batch: 8}, data: {val: {tar: a}}}"),
                      part("{train: {batch: 8}, data: {val: {tar: b}}}")),
              IsEmpty());
  EXPECT_THAT(changes(part("{train: {validation: {epochs: 1}}, data: {val: {tar: a}}}"),
                      part("{train: {validation: {epochs: 1}}, data: {val: {tar: b}}}")),
              ElementsAre("data.val.tar was a, is b"));
}

TEST(LastingPart, IsWhatMayNotChangeWhileATrainingGoesOn) {
  const auto lasting = [](const std::string& text) { return lasting_part(parse_yaml(text, "t")); };
  const Value spec = lasting(
      "{train: {batch: 8, sgd: {rate: 1, decay: 2}, epochs: 3, schedule: constant, warmup: "
      "{epochs: 1}, log_every: 3, "
      "checkpoint: {minutes: 3}, early_stop: {patience: 3}, validation: {epochs: 1}, on_nan: "
      "stop}, "
      "evaluate: {single: {}}, data: {train: {tar: a}, val: {tar: b}}, compute: {threads: 3}}");
  EXPECT_THAT(
      changes(spec,
              lasting("{train: {batch: 8, sgd: {rate: 3, decay: 2}}, data: {train: {tar: a}}}")),
      IsEmpty());
  EXPECT_THAT(
      changes(spec, lasting("{train: {batch: 9, sgd: {decay: 2}}, data: {train: {tar: c}}}")),
      ElementsAre("train.batch was 8, is 9", "data.train.tar was a, is c"));
}

}  // namespace
}  // namespace vggflow
