#include "tests/experiments/spec/train_spec.h"

namespace vggflow {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;

constexpr const char* kValidated = "train.validation={epochs: 1, scale: 64}";

class ReadTrain : public TrainSpecs {};

TEST_F(ReadTrain, AsksForNothingThatIsNotSaid) {
  const TrainSpec plain = train({});
  EXPECT_EQ(plain.accumulate, 1);
  EXPECT_TRUE(plain.multipliers.empty());
  EXPECT_FALSE(plain.warmup);
  EXPECT_FALSE(plain.validation);
  EXPECT_FALSE(plain.early_stop);
  EXPECT_FALSE(plain.checkpoint.every);
  EXPECT_EQ(plain.checkpoint.minutes, 10);
  EXPECT_EQ(plain.checkpoint.keep, 2);
  EXPECT_EQ(plain.on_nan, OnNan::stop);
}

TEST_F(ReadTrain, AccumulatesInPartsOfOneSize) {
  EXPECT_EQ(train({"train.accumulate=4"}).accumulate, 4);
  EXPECT_EQ(train({"train.accumulate=8"}).accumulate, 8);
  EXPECT_EQ(error({"train.accumulate=3"}),
            "train.accumulate: got '3'; allowed: a divisor of train.batch, 8");
  EXPECT_EQ(error({"train.accumulate=16"}),
            "train.accumulate: got '16'; allowed: a divisor of train.batch, 8");
  EXPECT_EQ(error({"train.accumulate=0"}),
            "train.accumulate: got '0'; allowed: a whole number from 1 to 1048576");
}

TEST_F(ReadTrain, MultipliersAreByLayer) {
  EXPECT_THAT(train({"train.sgd.multipliers={conv1_1: 0, fc8: 10.5}"}).multipliers,
              ElementsAre(Pair("conv1_1", 0), Pair("fc8", 10.5)));
  EXPECT_EQ(error({"train.sgd.multipliers.conv9_9=1"}),
            "train.sgd.multipliers.conv9_9: the net has no layer 'conv9_9'; allowed: conv1_1, "
            "conv2_1, conv3_1, conv3_2, conv4_1, conv4_2, conv5_1, conv5_2, fc6, fc7 and fc8");
  EXPECT_EQ(error({"train.sgd.multipliers.fc8=-1"}),
            "train.sgd.multipliers.fc8: got '-1'; allowed: a number from 0 to 1e+06");
  EXPECT_EQ(error({"train.sgd.multipliers=0"}),
            "train.sgd.multipliers: got '0'; allowed: a map of keys and values");
}

TEST_F(ReadTrain, SomethingMustLearn) {
  std::string all;
  for (const char* layer : {"conv1_1", "conv2_1", "conv3_1", "conv3_2", "conv4_1", "conv4_2",
                            "conv5_1", "conv5_2", "fc6", "fc7"}) {
    all += std::string(layer) + ": 0, ";
  }
  EXPECT_EQ(train({"train.sgd.multipliers={" + all + "}"}).multipliers.size(), 10U);
  EXPECT_EQ(train({"train.sgd.multipliers={" + all + "fc8: 0.1}"}).multipliers.size(), 11U);
  EXPECT_EQ(error({"train.sgd.multipliers={" + all + "fc8: 0}"}),
            "train.sgd.multipliers: are all 0, so nothing would learn; allowed: one layer at "
            "least > 0");
}

TEST_F(ReadTrain, WarmUpIsALength) {
  EXPECT_EQ(train({"train.warmup.epochs=0.5"}).warmup->iterations(100), 50U);
  EXPECT_EQ(train({"train.warmup.iterations=7"}).warmup->iterations(100), 7U);
  EXPECT_EQ(error({"train.warmup={}"}),
            "train.warmup.iterations: is missing; allowed: iterations or epochs");
  EXPECT_EQ(error({"train.warmup={epochs: 1, iterations: 3}"}),
            "train.warmup.epochs: is given beside iterations; allowed: one of them");
  EXPECT_EQ(error({"train.warmup={epochs: 1, rate: 0}"}),
            "train.warmup.rate: is not a known key; allowed: epochs, iterations");
}

TEST_F(ReadTrain, ValidationAsWritten) {
  const ValidationSpec plain = *train({kValidated}).validation;
  EXPECT_EQ(plain.every.iterations(100), 100U);
  EXPECT_EQ(plain.images, std::nullopt);
  EXPECT_EQ(plain.scale, 64);
  EXPECT_EQ(plain.batch, 64);
  const ValidationSpec given =
      *train({"train.validation={iterations: 30, images: 500, scale: 80, batch: 7}"}).validation;
  EXPECT_EQ(given.every.iterations(100), 30U);
  EXPECT_EQ(given.images, 500U);
  EXPECT_EQ(given.scale, 80);
  EXPECT_EQ(given.batch, 7);
}

TEST_F(ReadTrain, BadValidations) {
  EXPECT_EQ(error({"train.validation={scale: 64}"}),
            "train.validation.iterations: is missing; allowed: iterations or epochs");
  EXPECT_EQ(error({"train.validation={epochs: 1}"}),
            "train.validation.scale: is missing; it gives Q, the smallest side of the pictures");
  EXPECT_EQ(error({"train.validation={epochs: 1, scale: 63}"}),
            "train.validation.scale: Q is 63; allowed: at least 64, the crop");
  EXPECT_EQ(error({"train.validation={epochs: 1, scale: 64, images: 0}"}),
            "train.validation.images: got '0'; allowed: a whole number from 1 to 4294967295");
  EXPECT_EQ(error({kValidated, "data.val=null"}),
            "data.val: is missing; train.validation needs it");
}

TEST_F(ReadTrain, EarlyStopFollowsValidation) {
  const EarlyStopSpec plain = *train({kValidated, "train.early_stop={}"}).early_stop;
  EXPECT_EQ(plain.patience, 10);
  EXPECT_EQ(plain.threshold, 0.1);
  const auto given = train({kValidated, "train.early_stop={patience: 3, threshold: 0}"});
  EXPECT_EQ(given.early_stop->patience, 3);
  EXPECT_EQ(given.early_stop->threshold, 0);
  EXPECT_EQ(error({"train.early_stop={}"}),
            "train.early_stop: follows the errors of train.validation, which is missing");
  EXPECT_THAT(error({kValidated, "train.early_stop.patience=0"}),
              HasSubstr("train.early_stop.patience: got '0'; allowed: a whole number from 1"));
}

TEST_F(ReadTrain, CheckpointsByLengthAndByTheClock) {
  const CheckpointSpec by_length =
      train({"train.checkpoint={epochs: 2, minutes: 0, keep: 5}"}).checkpoint;
  EXPECT_EQ(by_length.every->iterations(100), 200U);
  EXPECT_EQ(by_length.minutes, 0);
  EXPECT_EQ(by_length.keep, 5);
  const CheckpointSpec by_clock = train({"train.checkpoint={minutes: 0.5}"}).checkpoint;
  EXPECT_FALSE(by_clock.every);
  EXPECT_EQ(by_clock.minutes, 0.5);
  EXPECT_EQ(error({"train.checkpoint={iterations: 1, epochs: 1}"}),
            "train.checkpoint.epochs: is given beside iterations; allowed: one of them");
  EXPECT_EQ(error({"train.checkpoint.keep=0"}),
            "train.checkpoint.keep: got '0'; allowed: a whole number from 1 to 1048576");
  EXPECT_EQ(error({"train.checkpoint.minutes=-1"}),
            "train.checkpoint.minutes: got '-1'; allowed: a number from 0 to 1e+06");
}

TEST_F(ReadTrain, ReloadGoesBackToACheckpointAtAKnownPlace) {
  EXPECT_EQ(train({"train.on_nan=reload", "train.checkpoint.iterations=9"}).on_nan, OnNan::reload);
  EXPECT_EQ(error({"train.on_nan=reload"}),
            "train.on_nan: reload needs train.checkpoint.iterations or epochs: a checkpoint by the "
            "clock falls by chance, and so would the weights");
  EXPECT_EQ(error({"train.on_nan=ignore"}), "train.on_nan: got 'ignore'; allowed: stop or reload");
}

TEST_F(ReadTrain, UnknownKeysAreNamedWithAllKnownOnes) {
  EXPECT_EQ(error({"train.warm_up.epochs=1"}),
            "train.warm_up: is not a known key; allowed: accumulate, batch, checkpoint, "
            "early_stop, epochs, iterations, log_every, on_nan, schedule, sgd, validation, warmup");
  EXPECT_EQ(error({"train.sgd.nesterov=true"}),
            "train.sgd.nesterov: is not a known key; allowed: decay, momentum, multipliers, rate");
}

}  // namespace
}  // namespace vggflow
