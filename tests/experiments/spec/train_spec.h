#pragma once

#include "tests/experiments/spec/spec_files.h"

namespace vggflow {

/// Reads a small spec whose `train` the tests fill in with settings.
class TrainSpecs : public SpecFiles {
 protected:
  [[nodiscard]] Spec with(const std::vector<std::string>& settings) const {
    return spec(R"(name: s
net: {config: A, crop: 64, width_divisor: 16, fully_connected: 8, classes: 3}
data: {train: {folder: t}, val: {folder: v}}
pipeline:
  - rescale: {side: 80}
  - random_crop: {size: 64}
train: {batch: 8, epochs: 2, sgd: {rate: 0.1}}
)",
                {.settings = settings});
  }
  [[nodiscard]] TrainSpec train(const std::vector<std::string>& settings) const {
    return *with(settings).train;
  }
  /// The message after "PLACE: "; the place must be a line or a setting.
  [[nodiscard]] std::string error(const std::vector<std::string>& settings) const {
    try {
      static_cast<void>(with(settings));
    } catch (const Error& error) {
      EXPECT_EQ(error.origin(), Origin::spec);
      EXPECT_THAT(error.place(),
                  testing::AnyOf(testing::HasSubstr("spec.yaml:"), testing::StartsWith("--set ")));
      return error.message();
    }
    return "no error";
  }
};

}  // namespace vggflow
