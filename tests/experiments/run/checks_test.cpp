#include <gmock/gmock.h>

#include "tests/experiments/run/experiment_runner.h"

namespace vggflow::testing {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::HasSubstr;

constexpr const char* kPillow =
    "pipeline=[{decode: {profile: pillow-bilinear}}, {random_crop: {size: 24}}, "
    "{normalize: {mean: [123.68, 116.779, 103.939], divisor: [58, 58, 58]}}]";

/// What is wrong is said before anything is written or removed.
class Checks : public TinyExperiment {
 protected:
  /// Runs the edited spec where nothing is yet.
  CommandResult refused(const std::string& setting) {
    const CommandResult result = run({"--set", setting});
    EXPECT_NE(result.exit_code, 0) << setting;
    EXPECT_FALSE(fs::exists(out_)) << setting;
    return result;
  }
};

TEST_F(Checks, FreshRemovesNothingBeforeAllIsThere) {
  ASSERT_EQ(run().exit_code, 0);
  const std::string weights = file_text(out_ / "weights.h5");
  for (const char* setting :
       {"data.train={generated: null, folder: nowhere}",
        "data.val={generated: null, folder: nowhere}", "init.from=nobody", "train.batch=1000",
        "compute.engine=none", "data.val.generated.classes=2"}) {
    EXPECT_NE(run({"--fresh", "--set", setting}).exit_code, 0) << setting;
    EXPECT_EQ(file_text(out_ / "weights.h5"), weights) << setting;
    EXPECT_TRUE(fs::exists(out_ / "evaluations/single.h5")) << setting;
  }
}

TEST_F(Checks, TheImagesToScoreAreLookedAtBeforeTraining) {
  EXPECT_THAT(refused("data.val={generated: null, folder: nowhere}").err, HasSubstr("nowhere"));
  EXPECT_THAT(refused("data.val.generated.classes=2").err,
              AllOf(HasSubstr("data.val"), HasSubstr("other classes")));
}

TEST_F(Checks, ABatchLargerThanTheDataSet) {
  write_file(spec_, tiny_spec("tiny").replace(tiny_spec("tiny").find("batch: 8"), 8, "batch: 64"));
  const CommandResult result = run();
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.err, AllOf(HasSubstr("tiny.yaml:"), HasSubstr("train.batch: got '64'"),
                                HasSubstr("48 images")));
  EXPECT_FALSE(fs::exists(out_));
}

TEST_F(Checks, EpochsThatAreNoIteration) {
  const CommandResult result = refused("train.epochs=0.1");
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.err, AllOf(HasSubstr("train.epochs: got '0.1'"), HasSubstr("1/6")));
}

TEST_F(Checks, AnOutThatIsAFileOrCannotBeMade) {
  write_file(folder_ / "file", "text");
  for (const fs::path& out : {folder_ / "file", folder_ / "file/below", fs::path("/proc/none")}) {
    for (const char* name : {"run", "evaluate"}) {
      const CommandResult result = run_vggflow({name, spec_, "--quiet", "--out", out});
      EXPECT_NE(result.exit_code, 0);
      EXPECT_THAT(result.err, HasSubstr("vggflow: " + out.string()));
    }
  }
  EXPECT_THAT(run_vggflow({"run", spec_, "--out", folder_ / "file"}).err,
              HasSubstr("is not a folder"));
}

TEST_F(Checks, AFolderInPlaceOfAFileOfResultsIsFoundBeforeAnythingIsMade) {
  for (const char* file : {"evaluations/single.h5", "evaluations/center.journal", "results.h5"}) {
    fs::create_directories(out_ / file);
    const CommandResult result = run();
    EXPECT_EQ(result.exit_code, 1);
    EXPECT_THAT(result.err, HasSubstr((out_ / file).string() + ": is a folder"));
    EXPECT_FALSE(fs::exists(out_ / "weights.h5")) << file;
    fs::remove(out_ / file);
  }
  ASSERT_EQ(run().exit_code, 0);
  const auto center = fs::last_write_time(out_ / "evaluations/center.h5");
  fs::remove(out_ / "evaluations/single.h5");
  fs::create_directory(out_ / "evaluations/single.h5");
  const CommandResult result = command("evaluate");
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(result.err, HasSubstr("evaluations/single.h5: is a folder"));
  EXPECT_EQ(fs::last_write_time(out_ / "evaluations/center.h5"), center);
  EXPECT_EQ(command("evaluate", {"--evaluation", "center"}).exit_code, 0);
}

TEST_F(Checks, WeightsTrainedOnOtherInputs) {
  ASSERT_EQ(run().exit_code, 0);
  const std::pair<const char*, const char*> changes[] = {
      {"pipeline.normalize.divisor=[1, 1, 1]", "divisor [58, 58, 58], the spec makes [1, 1, 1]"},
      {"pipeline.normalize.mean=[0, 0, 0]", "the spec makes [0, 0, 0]"},
      {kPillow, "profile opencv-linear, the spec makes pillow-bilinear"},
  };
  for (const auto& [setting, message] : changes) {
    const CommandResult result = command("evaluate", {"--set", setting});
    EXPECT_EQ(result.exit_code, 1) << setting;
    EXPECT_THAT(result.err, AllOf(HasSubstr("weights.h5"), HasSubstr(message)));
  }
  const CommandResult crop =
      command("evaluate", {"--set", "net.crop=25", "--set", "pipeline.random_crop.size=25"});
  EXPECT_EQ(crop.exit_code, 1);
  EXPECT_THAT(crop.err, HasSubstr("crop 24, the spec makes 25"));
}

}  // namespace
}  // namespace vggflow::testing
