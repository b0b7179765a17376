#include "experiments/run/trained.h"

#include <gmock/gmock.h>

#include "experiments/spec/yaml.h"
#include "nets/weights_file.h"
#include "tests/experiments/run/experiment_runner.h"

namespace vggflow::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

std::string text_with(const std::string& setting) {
  Value value = parse_yaml(tiny_spec("tiny"), "tiny.yaml");
  if (!setting.empty()) apply_setting(value, setting);
  return training_text(value);
}

TEST(TrainingText, LeavesOutWhatCannotChangeTheWeights) {
  for (const char* setting :
       {"feed.workers=3", "feed.prefetch=4", "feed.max_errors=2", "compute.threads=1",
        "evaluate.single.scales=[40]", "data.val.folder=elsewhere"}) {
    EXPECT_EQ(text_with(setting), text_with("")) << setting;
  }
}

TEST(TrainingText, KeepsWhatChangesTheWeights) {
  for (const char* setting : {"feed.on_error=substitute", "compute.engine=reference", "seed=4",
                              "train.batch=4", "init.std=0.1", "data.train.generated.seed=2"}) {
    EXPECT_NE(text_with(setting), text_with("")) << setting;
  }
}

class Trained : public TinyExperiment {
 protected:
  CommandResult run_next(std::vector<std::string> more = {}) {
    write_file(folder_ / "next.yaml",
               "extends: tiny.yaml\nname: next\ninit: {from: tiny}\ntrain: {epochs: 1}\n");
    std::vector<std::string> arguments{"run", folder_ / "next.yaml", "--out", folder_ / "out"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return run_vggflow(arguments);
  }
};

TEST_F(Trained, AnotherPolicyForBadImagesIsAnotherSpec) {
  ASSERT_EQ(run().exit_code, 0);
  EXPECT_EQ(run({"--set", "feed.prefetch=3"}).exit_code, 0);
  const CommandResult other = run({"--set", "feed.on_error=substitute"});
  EXPECT_EQ(other.exit_code, 2);
  EXPECT_THAT(other.err, HasSubstr("another spec"));
}

TEST_F(Trained, WhatItStartsFromIsRemembered) {
  ASSERT_EQ(run().exit_code, 0);
  ASSERT_EQ(run_next().exit_code, 0);
  EXPECT_EQ(load_weights_facts(folder_ / "out/next/weights.h5").init_sha256,
            load_weights_facts(out_ / "weights.h5").sha256);
  EXPECT_EQ(load_weights_facts(out_ / "weights.h5").init_sha256, "");
  EXPECT_EQ(run_next().exit_code, 0);
}

TEST_F(Trained, AStartThatWasTrainedAgainIsAnError) {
  ASSERT_EQ(run().exit_code, 0);
  ASSERT_EQ(run_next().exit_code, 0);
  ASSERT_EQ(run({"--fresh", "--set", "seed=4"}).exit_code, 0);
  const CommandResult stale = run_next();
  EXPECT_EQ(stale.exit_code, 2);
  EXPECT_THAT(stale.err, AllOf(HasSubstr("out/next"), HasSubstr("out/tiny/weights.h5"),
                               HasSubstr("was trained again"), HasSubstr("--fresh")));
  EXPECT_EQ(run_next({"--fresh"}).exit_code, 0);
  EXPECT_EQ(run_next().exit_code, 0);
}

TEST_F(Trained, AStartThatIsTheSameAgainIsFine) {
  ASSERT_EQ(run().exit_code, 0);
  ASSERT_EQ(run_next().exit_code, 0);
  ASSERT_EQ(run({"--fresh"}).exit_code, 0);
  EXPECT_EQ(run_next().exit_code, 0);
}

}  // namespace
}  // namespace vggflow::testing
