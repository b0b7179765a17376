// The reference engine against PyTorch: see torch_golden.py.
#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "nets/engine.h"

namespace vggflow {
namespace {

constexpr int kSlots = 3;
using Golden = std::map<std::string, std::vector<double>>;

Golden read_golden() {
  std::ifstream file(VGGFLOW_GOLDEN_FOLDER "/tiny_net.txt");
  Golden golden;
  std::string name;
  for (std::size_t count = 0; file >> name >> count;) {
    std::vector<double>& values = golden[name];
    values.resize(count);
    for (double& v : values) file >> v;
  }
  return golden;
}

Net golden_net() {
  return {"golden",
          {6, 6},
          {Convolution{"conv1_1", 4, 3}, Relu{}, Lrn{3, 2, 0.5, 0.75}, Convolution{"conv2_1", 6, 1},
           Relu{}, MaxPool{2}, FullyConnected{"fc6", 8}, Relu{}, FullyConnected{"fc8", 7}}};
}

template <class To>
void copy(const std::vector<double>& from, std::vector<To>& to) {
  ASSERT_EQ(from.size(), to.size());
  std::transform(from.begin(), from.end(), to.begin(), [](double v) { return static_cast<To>(v); });
}

/// (level - 100) / 50 on every channel.
Batch batch_of(const std::vector<double>& pixels, Size image) {
  Batch batch;
  batch.reset({kSlots, image});
  copy(pixels, batch.pixels);
  const float k = 1 / 50.0F;
  batch.colour.assign(kSlots, {{k, 0, 0, -2, 0, k, 0, -2, 0, 0, k, -2}});
  return batch;
}

Parameters parameters_of(const Golden& golden) {
  Parameters parameters = zero_parameters(golden_net());
  for (Tensor& tensor : parameters.tensors) copy(golden.at(tensor.name), tensor.values);
  return parameters;
}

/// To 1e-5 of the tensor's largest value.
void expect_close(const std::vector<float>& measured, const std::vector<double>& wanted,
                  const std::string& what) {
  ASSERT_EQ(measured.size(), wanted.size()) << what;
  double most = 0;
  for (const double w : wanted) most = std::max(most, std::abs(w));
  ASSERT_GT(most, 0) << what;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    ASSERT_NEAR(measured[i], wanted[i], 1e-5 * most) << what << " " << i;
  }
}

class GoldenTest : public ::testing::Test {
 protected:
  void SetUp() override { ASSERT_FALSE(golden_.empty()); }

  std::unique_ptr<Engine> engine(Aggregate aggregate = Aggregate::scores) {
    auto made = make_engine("reference", golden_net(), {.batch = kSlots, .aggregate = aggregate});
    made->load(parameters_of(golden_));
    return made;
  }

  void accumulate(Engine& engine, std::uint64_t iteration) {
    Batch batch = batch_of(golden_.at("pixels"), {6, 6});
    copy(golden_.at("labels"), batch.labels);
    copy(golden_.at("sample_weights"), batch.weights);
    engine.accumulate(batch, {.iteration = iteration, .weight_sum = 2.5});
  }

  Golden golden_ = read_golden();
};

TEST_F(GoldenTest, GradientsAreThoseOfPyTorch) {
  const auto made = engine();
  accumulate(*made, 0);
  for (const Tensor& tensor : made->gradients().tensors) {
    expect_close(tensor.values, golden_.at("gradient." + tensor.name), tensor.name);
  }
}

TEST_F(GoldenTest, ThreeStepsOfSgdAreThoseOfPyTorch) {
  const auto made = engine();
  for (std::uint64_t step = 0; step < 3; ++step) {
    accumulate(*made, step);
    made->update({.rate = 0.01, .momentum = 0.9, .decay = 0.05});
    const auto result = made->poll();
    ASSERT_TRUE(result);
    const double loss = golden_.at("loss." + std::to_string(step)).front();
    EXPECT_NEAR(result->loss, loss, 1e-5 * loss);
  }
  for (const Tensor& tensor : made->parameters().tensors) {
    expect_close(tensor.values, golden_.at("trained." + tensor.name), tensor.name);
  }
}

TEST_F(GoldenTest, DenseScoresAreThoseOfPyTorch) {
  const Batch wide = batch_of(golden_.at("wide"), {11, 8});
  Scores scores;
  engine(Aggregate::scores)->score(wide, scores);
  expect_close(scores.values, golden_.at("dense.scores"), "scores");
  engine(Aggregate::posteriors)->score(wide, scores);
  expect_close(scores.values, golden_.at("dense.posteriors"), "posteriors");
}

}  // namespace
}  // namespace vggflow
