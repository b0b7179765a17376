#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <functional>

#include "experiments/spec/yaml.h"
#include "experiments/training/trainer.h"

namespace vggflow::testing {

/// An engine that tells before each accumulate(), and before it gives its weights away.
class WatchedEngine : public Engine {
 public:
  WatchedEngine(std::unique_ptr<Engine> engine, std::function<void(const Step&)> watch,
                std::function<void()> asked = {})
      : engine_(std::move(engine)), watch_(std::move(watch)), asked_(std::move(asked)) {}
  void load(const Parameters& parameters) override { engine_->load(parameters); }
  Parameters parameters() const override {
    if (asked_) asked_();
    return engine_->parameters();
  }
  State state() const override { return engine_->state(); }
  void restore(const State& state) override { engine_->restore(state); }
  void accumulate(const Batch& batch, const Step& step) override {
    if (watch_) watch_(step);
    engine_->accumulate(batch, step);
  }
  void update(const Rates& rates) override { engine_->update(rates); }
  std::optional<StepResult> poll() override { return engine_->poll(); }
  void score(const Batch& batch, Scores& scores) override { engine_->score(batch, scores); }
  Parameters gradients() const override { return engine_->gradients(); }
  std::string description() const override { return engine_->description(); }

 private:
  std::unique_ptr<Engine> engine_;
  std::function<void(const Step&)> watch_;
  std::function<void()> asked_;
};

/// A net of two layers on drawn pictures: 3 batches an epoch, 12 iterations in all. `train` is
/// added to its `train:`.
inline Spec tiny_training(const std::string& train = "", double rate = 0.05) {
  return make_spec(
      parse_yaml(R"(
name: tiny
seed: 4
net: {name: tiny, crop: 12, classes: 3, layers: [{conv: {name: conv1_1, outputs: 4}}, relu, pool,
      {fc: {name: fc6, outputs: 8}}, relu, {dropout: 0.5}, {fc: {name: fc8, outputs: 3}}]}
data:
  train: {generated: {classes: 3, images: 8, seed: 1}}
  val: {generated: {classes: 3, val_images: 6, seed: 1, split: val}}
pipeline: [{random_crop: {size: 12}}, {flip: {probability: 0.5}}]
train: {batch: 8, log_every: 2, sgd: {rate: )" +
                     std::to_string(rate) + ", momentum: 0.9, decay: 0.001}, " +
                     (train.find("epochs") == std::string::npos && train.find("iterations: 1") != 0
                          ? "iterations: 12, "
                          : "") +
                     train + "}\n",
                 "tiny.yaml"));
}

/// Trains in a folder of its own.
class TrainingTest : public ::testing::Test {
 protected:
  void SetUp() override { std::filesystem::create_directories(folder_); }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  struct Outcome {
    TrainingState state;
    Parameters weights;
    State engine;
  };

  /// From the last checkpoint in the folder if there is one.
  Outcome run(const Spec& spec, std::function<void(const Step&)> watch = {},
              const std::atomic<bool>* stop = nullptr, std::function<void()> asked = {});

  Outcome run_on(Engine& engine, const Spec& spec, const std::atomic<bool>* stop = nullptr);

  std::filesystem::path folder_ = std::filesystem::path(::testing::TempDir()) /
                                  ("training_" + std::to_string(::getpid()) + "_" +
                                   ::testing::UnitTest::GetInstance()->current_test_info()->name());
};

/// Bit by bit.
void expect_same(const TrainingState& one, const TrainingState& other);
void expect_same(const Parameters& one, const Parameters& other);

}  // namespace vggflow::testing
