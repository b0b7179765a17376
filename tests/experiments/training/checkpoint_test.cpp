#include "experiments/training/checkpoint.h"

#include <gmock/gmock.h>

#include <fstream>
#include <limits>
#include <random>

#include "base/error.h"
#include "experiments/training/checkpoint_folder.h"
#include "tests/experiments/training/training_fixture.h"

namespace vggflow::testing {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

TrainingState state_at(std::uint64_t iteration) {
  TrainingState state;
  state.iteration = iteration;
  state.interval = {iteration - 1, 0.1, 3, 1, 8};
  state.schedule = {
      .drops = 2, .plateau = {30.7, 4}, .early_stop = {std::numeric_limits<double>::infinity(), 0}};
  state.rate_scale = 0.25;
  state.reloads = 2;
  state.history.log = {{20, 0.5, 0.01, 2.25, 90, 50}, {40, 1, 0.001, 1.0 / 3, 80, 40}};
  state.history.timing = {{20, 55.5, 0.1}, {40, 56, 0}};
  state.history.validation = {{40, 1, 500, 71.5, 31}};
  state.history.failed = {{5, "class/5.JPEG", "no bytes"}};
  state.origin = {.spec = "name: tiny\n",
                  .engine = "reference, 1 thread",
                  .plugins = "libsolarize.so 89ab",
                  .data_sha256 = "0123",
                  .validation_sha256 = "4567",
                  .init_sha256 = "",
                  .resumed = {"at iteration 3", "at iteration 7, where x was 1, is 2"}};
  return state;
}

class CheckpointTest : public TrainingTest {
 protected:
  void SetUp() override {
    TrainingTest::SetUp();
    engine_->load(initial_parameters(spec_.net, {Initialisation::Kind::he}, 5));
    Parameters momenta = initial_parameters(spec_.net, {Initialisation::Kind::he}, 6);
    engine_->restore({momenta});
  }
  fs::path path_ = folder_ / "000000041.h5";
  Spec spec_ = tiny_training();
  std::unique_ptr<Engine> engine_ = make_engine("reference", spec_.net, {.batch = 2});
};

TEST_F(CheckpointTest, AllOfItComesBack) {
  const TrainingState state = state_at(41);
  save_checkpoint(path_, state, *engine_);
  const Checkpoint seen = load_checkpoint(path_);
  expect_same(seen.state, state);
  EXPECT_EQ(seen.state.interval.loss, state.interval.loss);
  EXPECT_EQ(seen.state.interval.weight_sum, state.interval.weight_sum);
  EXPECT_EQ(seen.state.history.failed.at(0).reason, "no bytes");
  EXPECT_EQ(seen.state.origin.spec, state.origin.spec);
  EXPECT_EQ(seen.state.origin.engine, state.origin.engine);
  EXPECT_EQ(seen.state.origin.plugins, state.origin.plugins);
  EXPECT_EQ(seen.state.origin.data_sha256, state.origin.data_sha256);
  EXPECT_EQ(seen.state.origin.validation_sha256, state.origin.validation_sha256);
  EXPECT_EQ(seen.state.origin.resumed, state.origin.resumed);
  expect_same(seen.weights, engine_->parameters());
  expect_same(seen.engine.momenta, engine_->state().momenta);
}

TEST_F(CheckpointTest, ADamagedByteIsFound) {
  save_checkpoint(path_, state_at(41), *engine_);
  std::string bytes;
  {
    std::ifstream in(path_, std::ios::binary);
    bytes.assign(std::istreambuf_iterator<char>(in), {});
  }
  std::mt19937 random(7);
  for (int i = 0; i < 400; ++i) {
    std::string damaged = bytes;
    const std::size_t at = random() % bytes.size();
    damaged[at] = static_cast<char>(damaged[at] ^ (1U << random() % 8));
    std::ofstream(path_, std::ios::binary) << damaged;
    try {
      (void)load_checkpoint(path_);
      ADD_FAILURE() << "byte " << at << " was not missed";
    } catch (const Error& error) {
      EXPECT_EQ(error.origin(), Origin::data);
      EXPECT_THAT(error.what(), HasSubstr(path_.string()));
    }
  }
}

TEST_F(CheckpointTest, WeightsThatAreNotFiniteAreNoCheckpoint) {
  Parameters weights = engine_->parameters();
  weights.tensors[0].values[3] = std::numeric_limits<float>::infinity();
  engine_->load(weights);
  EXPECT_THROW(save_checkpoint(path_, state_at(41), *engine_), Error);
  EXPECT_TRUE(fs::is_empty(folder_));
}

TEST_F(CheckpointTest, OtherFilesAreRefused) {
  std::ofstream(path_) << "no checkpoint";
  EXPECT_THROW((void)load_checkpoint(path_), Error);
}

class CheckpointFolderTest : public CheckpointTest {
 protected:
  CheckpointFolder folder(int keep, std::uint64_t every = 10) {
    return {folder_ / "checkpoints", keep,
            [every](std::uint64_t iteration) { return iteration % every == 0; }};
  }
  void save(CheckpointFolder& folder, std::initializer_list<std::uint64_t> iterations) {
    for (const std::uint64_t iteration : iterations) folder.save(state_at(iteration), *engine_);
  }
};

TEST_F(CheckpointFolderTest, KeepsTheLastOnesAndTheLastRegularOne) {
  CheckpointFolder two = folder(2);
  save(two, {10, 20, 23});
  EXPECT_THAT(two.iterations(), ElementsAre(20, 23));
  save(two, {25, 27});
  EXPECT_THAT(two.iterations(), ElementsAre(20, 25, 27));
  EXPECT_EQ(two.last()->state.iteration, 27U);
  EXPECT_EQ(two.last_regular()->state.iteration, 20U);
}

TEST_F(CheckpointFolderTest, WhatCameAfterIsOfAnotherPast) {
  CheckpointFolder three = folder(3);
  save(three, {10, 14, 18, 12});
  EXPECT_THAT(three.iterations(), ElementsAre(10, 12));
}

TEST_F(CheckpointFolderTest, HalfWrittenFilesOfKilledRunsGo) {
  CheckpointFolder two = folder(2);
  save(two, {10});
  std::ofstream(folder_ / "checkpoints/000000012.h5.tmp1") << "half";
  std::ofstream(folder_ / "checkpoints/notes.txt") << "mine";
  EXPECT_THAT(two.iterations(), ElementsAre(10));
  save(two, {20});
  EXPECT_FALSE(fs::exists(folder_ / "checkpoints/000000012.h5.tmp1"));
  EXPECT_TRUE(fs::exists(folder_ / "checkpoints/notes.txt"));
}

TEST_F(CheckpointFolderTest, WithNothingWholeThereIsNothing) {
  CheckpointFolder two = folder(2);
  EXPECT_FALSE(two.last());
  save(two, {10});
  fs::resize_file(two.path(10), 100);
  ::testing::internal::CaptureStderr();
  EXPECT_FALSE(two.last());
  EXPECT_THAT(::testing::internal::GetCapturedStderr(), HasSubstr("000000010.h5"));
}

}  // namespace
}  // namespace vggflow::testing
