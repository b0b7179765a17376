#include "tests/experiments/spec/train_spec.h"

namespace vggflow {
namespace {

using testing::HasSubstr;
using Kind = ScheduleSpec::Kind;

constexpr const char* kValidated = "train.validation={epochs: 1, scale: 64}";

class ReadSchedule : public TrainSpecs {};

TEST_F(ReadSchedule, IsConstantUnlessSaid) {
  EXPECT_EQ(train({}).schedule.kind, Kind::constant);
  EXPECT_EQ(train({"train.schedule=constant"}).schedule.kind, Kind::constant);
}

TEST_F(ReadSchedule, PlateauHasDefaults) {
  const ScheduleSpec schedule = train({kValidated, "train.schedule={plateau: {}}"}).schedule;
  EXPECT_EQ(schedule.kind, Kind::plateau);
  EXPECT_EQ(schedule.patience, 5);
  EXPECT_EQ(schedule.threshold, 0.1);
  EXPECT_EQ(schedule.drops, std::nullopt);
  EXPECT_EQ(schedule.factor, 0.1);
}

TEST_F(ReadSchedule, PlateauAsWritten) {
  const ScheduleSpec schedule =
      train({kValidated,
             "train.schedule.plateau={patience: 2, threshold: 0.5, drops: 3, factor: 0.2}"})
          .schedule;
  EXPECT_EQ(schedule.patience, 2);
  EXPECT_EQ(schedule.threshold, 0.5);
  EXPECT_EQ(schedule.drops, 3);
  EXPECT_EQ(schedule.factor, 0.2);
}

TEST_F(ReadSchedule, PlateauNeedsValidation) {
  EXPECT_EQ(error({"train.schedule={plateau: {}}"}),
            "train.schedule: plateau follows the errors of train.validation, which is missing");
}

TEST_F(ReadSchedule, BadPlateaus) {
  const auto bad = [&](const std::string& entry) {
    return error({kValidated, "train.schedule={plateau: {" + entry + "}}"});
  };
  EXPECT_THAT(bad("patience: 0"), HasSubstr("train.schedule.plateau.patience: got '0'; allowed: "));
  EXPECT_THAT(bad("patience: 1.5"), HasSubstr("patience: got '1.5'; allowed: a whole number"));
  EXPECT_THAT(bad("threshold: -1"), HasSubstr("threshold: got '-1'; allowed: a number from 0 "));
  EXPECT_THAT(bad("drops: -1"), HasSubstr("plateau.drops: got '-1'; allowed: a whole number"));
  EXPECT_THAT(bad("factor: 2"), HasSubstr("plateau.factor: got '2'; allowed: a number from "));
  EXPECT_EQ(bad("wait: 2"),
            "train.schedule.plateau.wait: is not a known key; allowed: drops, factor, patience, "
            "threshold");
}

TEST_F(ReadSchedule, IsOneOfThree) {
  const std::string allowed =
      "allowed: constant, {step: {epochs: [...], factor: 0.1}} or {plateau: {patience: 5, "
      "threshold: 0.1, drops: 3, factor: 0.1}}";
  EXPECT_EQ(error({"train.schedule=plateau"}), "train.schedule: got 'plateau'; " + allowed);
  EXPECT_EQ(error({"train.schedule=[step]"}), "train.schedule: got a list; " + allowed);
  EXPECT_EQ(error({"train.schedule={}"}), "train.schedule: says nothing; " + allowed);
  EXPECT_EQ(error({"train.schedule={plateua: {}}"}),
            "train.schedule.plateua: is not a known key; allowed: plateau, step");
  EXPECT_EQ(error({kValidated, "train.schedule={plateau: {}, step: {epochs: [1]}}"}),
            "train.schedule.plateau: is given beside step; allowed: one of them");
  EXPECT_EQ(error({kValidated, "train.schedule={plateau: {}, cosine: {}}"}),
            "train.schedule.cosine: is not a known key; allowed: plateau, step");
}

TEST_F(ReadSchedule, OneReplacesTheOtherByANull) {
  const std::vector<std::string> edits{kValidated, "train.schedule={plateau: {drops: 3}}",
                                       "train.schedule={plateau: null, step: {epochs: [1]}}"};
  EXPECT_EQ(train(edits).schedule.kind, Kind::step);
}

}  // namespace
}  // namespace vggflow
