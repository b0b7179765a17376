#include <gtest/gtest.h>

#include <algorithm>
#include <functional>

#include "experiments/run/machine.h"
#include "experiments/spec/yaml.h"

namespace vggflow::testing {
namespace {

/// One of three processes: the second is on this host, too, the third is not.
class OneOfThree : public Communicator {
 public:
  /// `second`: what the second process's threads are, of those of this one.
  explicit OneOfThree(std::function<std::string(std::string)> second)
      : second_(std::move(second)) {}
  [[nodiscard]] int rank() const override { return 0; }
  [[nodiscard]] int size() const override { return 3; }
  [[nodiscard]] std::vector<int> neighbours() const override { return {0, 1}; }
  void start_sum(std::span<float> /*values*/) override {}
  void wait() override {}
  void sum(std::span<double> /*values*/) override {}
  void barrier() override {}
  [[nodiscard]] std::vector<std::string> gather(const std::string& mine) override {
    return {mine, second_(mine), mine};
  }

 private:
  std::function<std::string(std::string)> second_;
};

TEST(ThreadShare, ThreadsThatTwoMayUseAreDivided) {
  OneOfThree all([](const std::string& mine) { return mine; });
  EXPECT_EQ(hardware_threads(all), std::max(1, hardware_threads() / 2));
}

TEST(ThreadShare, ThreadsOfOnesOwnAreNot) {
  OneOfThree all([](const std::string& mine) { return std::string(mine.size(), '0'); });
  EXPECT_EQ(hardware_threads(all), hardware_threads());
  EXPECT_EQ(hardware_threads(*single_process()), hardware_threads());
}

TEST(ThreadShare, OfABatchEachProcessTrainsOnItsPart) {
  const Spec spec = make_spec(parse_yaml(R"(
name: tiny
net: {name: tiny, crop: 12, classes: 3, layers: [{fc: {name: fc8, outputs: 3}}]}
data: {train: {generated: {classes: 3, images: 8, seed: 1}}}
pipeline: [{random_crop: {size: 12}}]
train: {batch: 12, accumulate: 2, iterations: 1, sgd: {rate: 0.1}}
)",
                                         "tiny.yaml"));
  const auto all = std::make_shared<OneOfThree>([](const std::string& mine) { return mine; });
  EXPECT_EQ(training_options(spec, all).batch, 2);
  EXPECT_EQ(training_options(spec, all).communicator, all);
  EXPECT_EQ(training_options(spec).batch, 6);
}

}  // namespace
}  // namespace vggflow::testing
