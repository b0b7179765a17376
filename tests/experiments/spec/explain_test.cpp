#include "experiments/spec/explain.h"

#include "tests/experiments/spec/spec_files.h"

namespace vggflow {
namespace {

using testing::HasSubstr;

class Explain : public SpecFiles {
 protected:
  /// The line of the text that holds `what`.
  static std::string line_with(const std::string& text, const std::string& what) {
    const auto at = text.find(what);
    if (at == std::string::npos) return "no line with " + what;
    const auto begin = text.rfind('\n', at) + 1;
    return text.substr(begin, text.find('\n', at) - begin);
  }
};

TEST_F(Explain, ShowsSpecNetAndWhatIsDeferred) {
  const std::string text =
      explain(read_spec(std::filesystem::path(VGGFLOW_CONFIGS) / "vgg/D-jitter.yaml"));
  EXPECT_THAT(text, HasSubstr("name: D-jitter\n"));
  EXPECT_THAT(text, HasSubstr("138,357,544 parameters, 30.9 GFLOP forward an image"));
  EXPECT_THAT(line_with(text, "conv5_3 "), HasSubstr("512 x 14 x 14"));
  EXPECT_THAT(line_with(text, "fc6 "), HasSubstr("102,764,544"));
  EXPECT_THAT(line_with(text, "-> random_rescale {min: 256"), HasSubstr("deferred to render"));
  EXPECT_THAT(line_with(text, "-> flip"), HasSubstr("deferred to render"));
  EXPECT_THAT(line_with(text, "-> colour_shift"), HasSubstr("joins the colour map"));
  EXPECT_THAT(line_with(text, "-> subtract_mean"), HasSubstr("joins the colour map"));
  EXPECT_THAT(line_with(text, "-> batch"), HasSubstr("(256, 224, 224, 3) u8 RGB"));
}

TEST_F(Explain, ShowsEachEvaluationsFlowWithoutAugmentation) {
  const std::string text =
      explain(read_spec(std::filesystem::path(VGGFLOW_CONFIGS) / "imagenette/A-256.yaml"));
  const std::string dense = text.substr(text.find("evaluation single:"));
  EXPECT_THAT(dense, HasSubstr("2 views"));
  EXPECT_THAT(dense, HasSubstr("Q 64: whole, and mirrored"));
  EXPECT_THAT(dense, HasSubstr("mean of the class scores over space, then softmax"));
  EXPECT_THAT(dense, HasSubstr("-> normalize"));
  EXPECT_THAT(dense, testing::Not(HasSubstr("flip")));
  EXPECT_THAT(dense.substr(dense.find("evaluation center:")), HasSubstr("Q 64: centre 56x56"));
}

TEST_F(Explain, SaysHowAStepIsMadeAndWhatLearnsAtAnotherRate) {
  const std::filesystem::path file = std::filesystem::path(VGGFLOW_CONFIGS) / "vgg/A-256.yaml";
  EXPECT_THAT(line_with(explain(read_spec(file)), "-> engine"),
              testing::EndsWith("forward, backward, SGD"));
  const std::string text = explain(read_spec(
      file, {.settings = {"train.accumulate=8",
                          "train.sgd.multipliers={fc8: 2.5, conv2_1: 0, conv1_1: 0, fc7: 1}"}}));
  EXPECT_THAT(line_with(text, "-> engine"),
              testing::EndsWith("forward, backward of 8 parts of 32 images, one after the other, "
                                "SGD; frozen: conv1_1, conv2_1; 2.5 times the rate: fc8"));
}

TEST_F(Explain, SaysWhatRendersEarly) {
  const std::string text =
      explain(spec("name: x\npipeline:\n  - rescale: {side: 90}\n  - center_crop: {size: 80}\n"
                   "  - rescale: {side: 40}\n"));
  EXPECT_THAT(line_with(text, "-> rescale {side: 90}"), HasSubstr("deferred"));
  EXPECT_THAT(line_with(text, "-> rescale {side: 40}"), HasSubstr("renders early"));
}

TEST(DescribeStages, ListsEveryStageWithItsParameters) {
  const std::string text = describe_stages();
  for (const StageSchema* stage : StageRegistry::instance().all()) {
    EXPECT_THAT(text, HasSubstr(std::string(stage->name) + " ("));
    for (const ParamSpec& param : stage->params) {
      EXPECT_THAT(text, HasSubstr("    " + std::string(param.key) + ": "));
    }
  }
  EXPECT_THAT(text, HasSubstr("flip (augmentation)\n"));
  EXPECT_THAT(text, HasSubstr("    probability: 0 ... 1, default 0.5; "));
  EXPECT_THAT(text, HasSubstr("    side: px, 1 ... "));
  EXPECT_THAT(
      text,
      HasSubstr("opencv-area|opencv-linear|pillow-bicubic|pillow-bilinear, default opencv-linear"));
}

}  // namespace
}  // namespace vggflow
