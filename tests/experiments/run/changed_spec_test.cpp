#include <gmock/gmock.h>

#include "experiments/evaluation/results_file.h"
#include "tests/experiments/run/resumed_experiment.h"

namespace vggflow::testing {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

TEST_F(Resumed, AStartThatIsNotFiniteIsAnError) {
  const CommandResult result = run_to_the_end(
      "out", {"--set", "init={kind: gaussian, std: 1.0e+39}", "--set", "train.on_nan=reload"});
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(result.err, HasSubstr("init: conv1_1.weight is not finite"));
  EXPECT_FALSE(fs::exists(out_));
}

class Unfinished : public Resumed {
 protected:
  /// A training that was cut off by a kill after its first checkpoints.
  void SetUp() override {
    Resumed::SetUp();
    const pid_t run = start("out");
    ASSERT_FALSE(let_run(run, "out", 3, std::chrono::microseconds(0)));
    ::kill(run, SIGKILL);
    ::waitpid(run, nullptr, 0);
    ASSERT_FALSE(fs::exists(out_ / "weights.h5"));
  }
};

TEST_F(Unfinished, AnotherSpecIsRefusedWithTheListOfDifferences) {
  const CommandResult other =
      run_to_the_end("out", {"--set", "train.batch=4", "--set", "pipeline.flip.probability=0.25"});
  EXPECT_EQ(other.exit_code, 2);
  EXPECT_THAT(other.err,
              AllOf(HasSubstr("checkpoints/"), HasSubstr("train.batch was 8, is 4"),
                    HasSubstr("flip.probability was 0.5, is 0.25"), HasSubstr("--fresh")));
  EXPECT_EQ(run_to_the_end("out", {"--set", "train.batch=4", "--fresh"}).exit_code, 0);
}

TEST_F(Unfinished, WithNoWholeCheckpointNothingStartsAgainByItself) {
  for (const auto& file : fs::directory_iterator(out_ / "checkpoints")) {
    fs::resize_file(file.path(), 1000);
  }
  const CommandResult cut = run_to_the_end("out");
  EXPECT_EQ(cut.exit_code, 1);
  EXPECT_THAT(cut.err,
              AllOf(HasSubstr("is damaged"), HasSubstr("none of these checkpoints is whole"),
                    HasSubstr("--fresh")));
  EXPECT_EQ(run_to_the_end("out", {"--fresh"}).exit_code, 0);
}

TEST_F(Unfinished, FinishedWeightsAreNotReplacedByANewStart) {
  ASSERT_EQ(run_to_the_end("out").exit_code, 0);
  const std::string weights = file_text(out_ / "weights.h5");
  fs::remove_all(out_ / "checkpoints");
  fs::create_directory(out_ / "checkpoints");
  const CommandResult longer = run_to_the_end("out", {"--set", "train.iterations=95"});
  EXPECT_EQ(longer.exit_code, 1);
  EXPECT_THAT(longer.err, HasSubstr("their last checkpoint is gone"));
  EXPECT_EQ(file_text(out_ / "weights.h5"), weights);
  EXPECT_EQ(run_to_the_end("out").exit_code, 0);
}

TEST_F(Unfinished, ALowerRateMayBeTriedFromTheLastCheckpoint) {
  ASSERT_EQ(run_to_the_end("out", {"--set", "train.sgd.rate=0.005"}).exit_code, 0);
  EXPECT_EQ(load_history(out_).log.back().rate <= 0.005, true);
}

TEST_F(Unfinished, OtherImagesToValidateAreOtherTraining) {
  ASSERT_EQ(run_to_the_end("out").exit_code, 0);
  const CommandResult other = run_to_the_end("out", {"--set", "data.val.generated.val_images=6"});
  EXPECT_EQ(other.exit_code, 2);
  EXPECT_THAT(other.err, HasSubstr("data.val.generated.val_images was 5, is 6"));
}

TEST_F(Unfinished, LengthScheduleAndEvaluationsMayChangeAndAreOnRecord) {
  const CommandResult changed = run_to_the_end(
      "out", {"--set", "train.iterations=30", "--set", "train.schedule=constant", "--set",
              "evaluate.single.scales=[40]", "--set", "train.checkpoint.keep=1"});
  ASSERT_EQ(changed.exit_code, 0) << changed.err;
  const TrainingHistory history = load_history(out_);
  EXPECT_EQ(history.log.back().iteration, 30U);
  for (const auto& [name, text] : load_provenance(out_)) {
    if (name != "resumed") continue;
    EXPECT_THAT(text, AllOf(HasSubstr("train.iterations was 90, is 30"),
                            HasSubstr("train.schedule was {plateau: "), Not(HasSubstr("keep"))));
    return;
  }
  ADD_FAILURE() << "not on record";
}

TEST_F(Unfinished, FewerIterationsThanTrainedAreRefused) {
  const CommandResult fewer = run_to_the_end("out", {"--set", "train.iterations=3"});
  EXPECT_EQ(fewer.exit_code, 2);
  EXPECT_THAT(fewer.err, HasSubstr("the spec wants 3"));
}

TEST_F(Unfinished, WhatIsFinishedCanBeTrainedLongerButNotOtherwise) {
  ASSERT_EQ(run_to_the_end("out").exit_code, 0);
  const CommandResult other = run_to_the_end("out", {"--set", "train.schedule=constant"});
  EXPECT_EQ(other.exit_code, 2);
  EXPECT_THAT(other.err, AllOf(HasSubstr("another spec"), HasSubstr("train.schedule was")));
  EXPECT_EQ(run_to_the_end("out").exit_code, 0);
  ASSERT_EQ(run_to_the_end("out", {"--set", "train.iterations=100"}).exit_code, 0);
  EXPECT_EQ(load_history(out_).log.back().iteration, 100U);
  ASSERT_EQ(run_to_the_end("whole", {"--set", "train.iterations=100"}).exit_code, 0);
  EXPECT_EQ(file_text(out_ / "weights.h5"), file_text(folder_ / "whole/tiny/weights.h5"));
}

}  // namespace
}  // namespace vggflow::testing
