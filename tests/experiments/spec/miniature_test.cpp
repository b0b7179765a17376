#include "tests/experiments/spec/spec_files.h"

namespace vggflow {
namespace {

class Miniature : public SpecFiles {
 protected:
  [[nodiscard]] std::string small(const std::string& text) const {
    Value value = yaml(text);
    apply_miniature(value);
    return to_yaml(value);
  }
  [[nodiscard]] std::string error(const std::string& text) const {
    return error_of([&] { static_cast<void>(small(text)); });
  }
};

TEST_F(Miniature, DividesEverySizeOfAPaperSpec) {
  EXPECT_EQ(small("miniature: 4\n"
                  "net: {config: D}\n"
                  "pipeline:\n"
                  "  - decode\n"
                  "  - rescale: {side: 384}\n"
                  "  - random_rescale: {min: 256, max: 512}\n"
                  "  - random_crop: {size: 224}\n"
                  "  - center_crop: {size: 224}\n"
                  "  - flip: {probability: 0.5}\n"
                  "train: {validation: {epochs: 1, scale: 256}}\n"
                  "evaluate:\n"
                  "  a: {scales: [256, 384]}\n"
                  "  b: {scales: [224], batch: 64}\n"),
            "net: {config: D, crop: 56, width_divisor: 4, fully_connected: 1024}\n"
            "pipeline:\n"
            "  - decode\n"
            "  - rescale: {side: 96}\n"
            "  - random_rescale: {min: 64, max: 128}\n"
            "  - random_crop: {size: 56}\n"
            "  - center_crop: {size: 56}\n"
            "  - flip: {probability: 0.5}\n"
            "train:\n"
            "  validation: {epochs: 1, scale: 64}\n"
            "evaluate:\n"
            "  a:\n"
            "    scales: [64, 96]\n"
            "  b:\n"
            "    scales: [56]\n"
            "    batch: 64\n");
}

TEST_F(Miniature, KeepsAGivenWidthOfFullyConnectedLayersAndMultipliesTheDivisor) {
  EXPECT_EQ(small("miniature: 2\nnet: {config: A, crop: 128, fully_connected: 100, "
                  "width_divisor: 3}\n"),
            "net: {config: A, crop: 64, fully_connected: 100, width_divisor: 6}\n");
}

TEST_F(Miniature, OfOneOrNoneChangesNoSize) {
  EXPECT_EQ(small("a: 1\nnet: {config: A}\n"), "a: 1\nnet: {config: A}\n");
  EXPECT_EQ(small("miniature: 1\nnet: {config: A}\n"),
            "net: {config: A, crop: 224, width_divisor: 1, fully_connected: 4096}\n");
}

TEST_F(Miniature, WhatDoesNotDivideIsNamed) {
  EXPECT_EQ(error("miniature: 3\nnet: {config: A}\n"),
            "text.yaml:2: net.crop: 224 is not divisible by miniature 3");
  EXPECT_EQ(error("miniature: 4\npipeline:\n  - rescale: {side: 250}\n"),
            "text.yaml:3: pipeline[0].rescale.side: 250 is not divisible by miniature 4");
  EXPECT_EQ(error("miniature: 4\nevaluate:\n  x:\n    scales: [256, 258]\n"),
            "text.yaml:4: evaluate.x.scales: 258 is not divisible by miniature 4");
  EXPECT_EQ(error("miniature: 4\ntrain: {validation: {scale: 270}}\n"),
            "text.yaml:2: train.validation.scale: 270 is not divisible by miniature 4");
  EXPECT_EQ(error("miniature: 7\nnet: {config: A}\n"),
            "text.yaml:2: net.fully_connected: 4096 is not divisible by miniature 7");
}

TEST_F(Miniature, LengthsThatBecomeTooSmallSayHow) {
  const std::string net =
      "name: x\nminiature: 4\nnet: {config: A, classes: 3}\ndata: {train: {folder: t}, val: "
      "{folder: v}}\n";
  EXPECT_EQ(spec_error(net + "evaluate:\n  a: {scales: [256, 200], views: center}\n"),
            "spec.yaml:6: evaluate.a.scales: Q is 50, 200 divided by miniature 4; allowed with "
            "views center: at least 56, the crop");
  EXPECT_EQ(spec_error(net + "pipeline: [{random_crop: {size: 224}}]\n"
                             "train: {batch: 8, epochs: 1, sgd: {rate: 0.1}, validation: {epochs: "
                             "1, scale: 200}}\n"),
            "spec.yaml:6: train.validation.scale: Q is 50, 200 divided by miniature 4; allowed: at "
            "least 56, the crop");
  EXPECT_THAT(spec_error(net + "pipeline: [{random_rescale: {min: 800000, max: 800}}]\n"),
              testing::HasSubstr("divided by miniature 4"));
}

TEST_F(Miniature, ErrorsNameTheKey) {
  EXPECT_EQ(error("miniature: 0\n"),
            "text.yaml:1: miniature: got '0'; allowed: a whole number >= 1");
  EXPECT_EQ(error("miniature: 2\npipeline:\n  - rescale: {side: big}\n"),
            "text.yaml:3: pipeline[0].rescale.side: got 'big'; allowed: a whole number >= 1");
  EXPECT_EQ(error("miniature: 2\nnet: {layers: []}\n"),
            "text.yaml:2: net.layers: a miniature is of a paper net; write the small net out "
            "instead");
}

}  // namespace
}  // namespace vggflow
