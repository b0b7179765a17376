#include <gmock/gmock.h>

#include "experiments/evaluation/results_file.h"
#include "experiments/run/evaluation_identity.h"
#include "experiments/spec/yaml.h"
#include "nets/weights_file.h"
#include "tests/experiments/run/experiment_runner.h"

namespace vggflow::testing {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

std::string identity_with(const std::string& setting) {
  Value value = parse_yaml(tiny_spec("tiny"), "tiny.yaml");
  if (!setting.empty()) apply_setting(value, setting);
  const Spec spec = make_spec(value);
  return evaluation_identity(spec, spec.evaluation("single"));
}

class ChangesTheIdentity : public ::testing::TestWithParam<const char*> {};

TEST_P(ChangesTheIdentity, Setting) { EXPECT_NE(identity_with(GetParam()), identity_with("")); }

INSTANTIATE_TEST_SUITE_P(
    EvaluationIdentity, ChangesTheIdentity,
    ::testing::Values("evaluate.single.scales=[32, 40]", "evaluate.single.views=center",
                      "evaluate.single.mirror=false", "evaluate.single.aggregate=posteriors",
                      "data.val.generated.val_images=6", "pipeline.normalize.divisor=[1, 1, 1]",
                      "pipeline=[{decode: {profile: pillow-bilinear}}, {random_crop: {size: 24}}, "
                      "{normalize: {mean: [123.68, 116.779, 103.939], divisor: [58, 58, 58]}}]",
                      "compute.engine=reference", "net.layers=[{fc: {name: fc8, outputs: 3}}]"));

TEST(EvaluationIdentity, IsBlindToWhatCannotChangeScores) {
  for (const char* setting :
       {"evaluate.single.batch=3", "evaluate.single.mirror=true", "evaluate.center.scales=[40]",
        "feed.workers=3", "compute.threads=1", "compute.engine=auto", "train.batch=4"}) {
    EXPECT_EQ(identity_with(setting), identity_with("")) << setting;
  }
}

TEST(EvaluationIdentity, IsReadableYaml) {
  const Value identity = parse_yaml(identity_with(""), "");
  ASSERT_NE(identity.find("scales"), nullptr);
  EXPECT_EQ(identity.find("views")->scalar, "dense+mirror");
  EXPECT_NE(identity.find("data.val")->find("generated"), nullptr);
}

using StaleEvaluations = TinyExperiment;

TEST_F(StaleEvaluations, WhatIsWantedOtherwiseIsScoredAnewAndTheRestStays) {
  ASSERT_EQ(run().exit_code, 0);
  const auto center = fs::last_write_time(out_ / "evaluations/center.h5");
  const CommandResult again = run({"--set", "evaluate.single.scales=[40]"});
  ASSERT_EQ(again.exit_code, 0) << again.err;
  EXPECT_THAT(again.err, AllOf(HasSubstr("tiny single: was made with other scales"),
                               Not(HasSubstr("tiny center"))));
  EXPECT_THAT(load_summary(out_, "single").scales, ElementsAre(40));
  EXPECT_EQ(fs::last_write_time(out_ / "evaluations/center.h5"), center);
}

TEST_F(StaleEvaluations, OtherImagesAreScored) {
  ASSERT_EQ(run().exit_code, 0);
  const CommandResult again = run({"--set", "data.val.generated.val_images=4"});
  EXPECT_THAT(again.err, HasSubstr("other data.val"));
  EXPECT_EQ(load_summary(out_, "single").images, 12U);
}

TEST_F(StaleEvaluations, ScoresOfWeightsGivenByHandDoNotPassForTheExperiments) {
  ASSERT_EQ(run().exit_code, 0);
  const EvaluationOrigin own = load_summary(out_, "single").origin;
  EXPECT_EQ(own.weights, "weights.h5");
  EXPECT_EQ(own.weights_sha256, load_weights_facts(out_ / "weights.h5").sha256);

  const std::string foreign = folder_ / "other/tiny/weights.h5";
  ASSERT_EQ(run_vggflow({"run", spec_, "--out", folder_ / "other", "--set", "seed=4"}).exit_code,
            0);
  ASSERT_EQ(command("evaluate", {"--weights", foreign}).exit_code, 0);
  EXPECT_EQ(load_summary(out_, "single").origin.weights, foreign);

  const CommandResult again = run();
  EXPECT_THAT(again.err, HasSubstr("was made with other weights, " + foreign));
  for (const char* name : {"single", "center"}) {
    EXPECT_EQ(load_summary(out_, name).origin.weights_sha256, own.weights_sha256) << name;
  }
}

TEST_F(StaleEvaluations, ADamagedFileIsScoredAnew) {
  ASSERT_EQ(run().exit_code, 0);
  fs::resize_file(out_ / "evaluations/single.h5", 1000);
  const CommandResult again = run();
  EXPECT_EQ(again.exit_code, 0) << again.err;
  EXPECT_THAT(again.err, HasSubstr("tiny single: cannot be read"));
  EXPECT_EQ(load_summary(out_, "single").images, 15U);
}

TEST_F(StaleEvaluations, EvaluateSaysWhyItMakesAMember) {
  const std::string both = "evaluate.both={combine: [single, center]}";
  ASSERT_EQ(run({"--set", both}).exit_code, 0);
  const std::vector<std::string> settings{"--evaluation", "both", "--set", both};
  const auto evaluate = [&](const std::vector<std::string>& more) {
    std::vector<std::string> all = settings;
    all.insert(all.end(), more.begin(), more.end());
    return command("evaluate", all);
  };
  EXPECT_THAT(evaluate({}).err, Not(HasSubstr("so it is scored")));
  const CommandResult changed = evaluate({"--set", "evaluate.single.scales=[40]"});
  ASSERT_EQ(changed.exit_code, 0) << changed.err;
  EXPECT_THAT(changed.err,
              AllOf(HasSubstr("tiny single: was made with other scales, so it is scored"),
                    Not(HasSubstr("tiny center"))));
  fs::remove(out_ / "evaluations/center.h5");
  EXPECT_THAT(evaluate({"--set", "evaluate.single.scales=[40]"}).err,
              HasSubstr("tiny center: is missing, so it is scored"));
}

TEST_F(StaleEvaluations, EvaluateAlwaysScores) {
  ASSERT_EQ(run().exit_code, 0);
  const CommandResult again = command("evaluate", {"--evaluation", "single"});
  EXPECT_THAT(again.err, AllOf(HasSubstr("tiny single: top-1"), Not(HasSubstr("tiny center"))));
}

}  // namespace
}  // namespace vggflow::testing
