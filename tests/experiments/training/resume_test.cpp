#include <gmock/gmock.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "experiments/training/checkpointer.h"
#include "tests/experiments/training/full_disk.h"
#include "tests/experiments/training/training_fixture.h"

namespace vggflow::testing {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

constexpr rlim_t kLessThanACheckpoint_bytes = 3000;

/// All that a resume has to keep: a plateau's memory, a warm-up, validations, half an interval.
Spec whole_protocol() {
  Spec spec = tiny_training();
  TrainSpec& train = *spec.train;
  train.schedule = {.kind = ScheduleSpec::Kind::plateau, .patience = 1, .threshold = 0, .drops = 3};
  train.warmup = Length{4, false};
  train.validation = ValidationSpec{.every = {2, false}, .images = 10, .scale = 14, .batch = 4};
  train.log_every = 5;
  train.checkpoint = {.every = Length{3, false}, .minutes = 0, .keep = 2};
  return spec;
}

class Resume : public TrainingTest {
 protected:
  /// Stops as a signal would, during iteration `at` (from 0).
  void stop_at(const Spec& spec, std::uint64_t at) {
    std::atomic<bool> stop{false};
    try {
      (void)run(
          spec, [&](const Step& step) { stop = stop || step.iteration == at; }, &stop);
      ADD_FAILURE() << "not stopped";
    } catch (const Error& error) {
      EXPECT_EQ(error.origin(), Origin::stopped);
      EXPECT_THAT(error.what(), HasSubstr("iteration " + std::to_string(at + 1) + " of 12"));
      EXPECT_THAT(error.what(), HasSubstr("the same command goes on"));
    }
  }
  /// Leaves as a kill would: nothing is written after the last checkpoint.
  void kill_at(const Spec& spec, std::uint64_t at) {
    struct Killed {};
    EXPECT_THROW((void)run(spec,
                           [&](const Step& step) {
                             if (step.iteration == at) throw Killed{};
                           }),
                 Killed);
  }
  std::vector<nlohmann::json> log_lines() const {
    std::ifstream file(folder_ / "log.jsonl");
    std::vector<nlohmann::json> lines;
    for (std::string line; std::getline(file, line);) {
      auto json = nlohmann::json::parse(line);
      json.erase("images_per_s");
      json.erase("wait_share");
      lines.push_back(std::move(json));
    }
    return lines;
  }
  void start_anew() {
    fs::remove_all(folder_);
    fs::create_directories(folder_);
  }
};

TEST_F(Resume, StoppedAfterAnyIterationItEndsAsIfItHadNeverStopped) {
  const Spec spec = whole_protocol();
  const Outcome whole = run(spec);
  const auto lines = log_lines();
  ASSERT_GT(whole.state.history.validation.size(), 3U);
  for (std::uint64_t at = 0; at < 12; ++at) {
    start_anew();
    stop_at(spec, at);
    const Outcome seen = run(spec);
    expect_same(seen.state, whole.state);
    expect_same(seen.weights, whole.weights);
    expect_same(seen.engine.momenta, whole.engine.momenta);
    EXPECT_EQ(log_lines(), lines) << "stopped after " << at;
  }
}

TEST_F(Resume, KilledInAnyIterationItGoesOnFromTheLastCheckpoint) {
  const Spec spec = whole_protocol();
  const Outcome whole = run(spec);
  const auto lines = log_lines();
  start_anew();
  for (std::uint64_t at = 0; at < 12; ++at) kill_at(spec, at);
  const Outcome seen = run(spec);
  expect_same(seen.state, whole.state);
  expect_same(seen.weights, whole.weights);
  EXPECT_EQ(log_lines(), lines);
}

TEST_F(Resume, StoppedDuringAValidationItLooksAgain) {
  const Spec spec = whole_protocol();
  const Outcome whole = run(spec);
  start_anew();
  // A signal after the last batch of an iteration, before its validation, is met by the validation.
  stop_at(spec, 3);
  EXPECT_EQ(checkpoints_of(spec, folder_, 3).last()->state.history.validation.size(), 1U);
  expect_same(run(spec).state, whole.state);
}

TEST_F(Resume, ADamagedCheckpointFallsBackToTheOneBefore) {
  const Spec spec = whole_protocol();
  const Outcome whole = run(spec);
  start_anew();
  kill_at(spec, 7);  // checkpoints of 3 and 6
  const fs::path last = folder_ / "checkpoints/000000006.h5";
  ASSERT_TRUE(fs::exists(last));
  fs::resize_file(last, fs::file_size(last) / 2);
  ::testing::internal::CaptureStderr();
  const Outcome seen = run(spec);
  const std::string said = ::testing::internal::GetCapturedStderr();
  EXPECT_THAT(said, HasSubstr("000000006.h5"));
  EXPECT_THAT(said, HasSubstr("is damaged"));
  expect_same(seen.state, whole.state);
  expect_same(seen.weights, whole.weights);
}

TEST_F(Resume, AFullDiskEndsNothing) {
  const Spec spec = whole_protocol();
  const Outcome whole = run(spec);
  start_anew();
  ::testing::internal::CaptureStderr();
  std::vector<std::uint64_t> while_full;
  const FullDisk disk;
  const Outcome seen = run(spec, [&](const Step& step) {
    if (step.iteration == 4) disk.takes_only(kLessThanACheckpoint_bytes);
    if (step.iteration != 8) return;
    while_full = checkpoints_of(spec, folder_, 3).iterations();
    disk.has_room();
  });
  const std::string said = ::testing::internal::GetCapturedStderr();
  EXPECT_THAT(said, HasSubstr("no checkpoint at iteration 6"));
  EXPECT_THAT(said, HasSubstr("000000003.h5"));
  EXPECT_EQ(while_full, (std::vector<std::uint64_t>{3}));
  EXPECT_EQ(checkpoints_of(spec, folder_, 3).iterations(), (std::vector<std::uint64_t>{9, 12}));
  expect_same(seen.state, whole.state);
  expect_same(seen.weights, whole.weights);
}

TEST_F(Resume, ADiskThatIsFullAtTheEndIsWaitedFor) {
  const Spec spec = whole_protocol();
  const Outcome whole = run(spec);
  start_anew();
  ::testing::internal::CaptureStderr();
  const FullDisk disk;
  int tries = -1;  // of the last checkpoint; each asks the engine for its weights
  const Outcome seen = run(
      spec,
      [&](const Step& step) {
        if (step.iteration != 11) return;
        disk.takes_only(kLessThanACheckpoint_bytes);
        tries = 0;
      },
      nullptr,
      [&] {
        if (tries >= 0 && ++tries == 2) disk.has_room();
      });
  EXPECT_THAT(::testing::internal::GetCapturedStderr(), HasSubstr("no checkpoint at iteration 12"));
  EXPECT_GE(tries, 2);
  EXPECT_EQ(checkpoints_of(spec, folder_, 3).last()->state.iteration, 12U);
  expect_same(seen.weights, whole.weights);
}

TEST_F(Resume, TrainsOnToALongerLength) {
  Spec longer = whole_protocol();
  longer.train->length = {18, false};
  const Outcome whole = run(longer);
  start_anew();
  (void)run(whole_protocol());
  const Outcome seen = run(longer);
  EXPECT_EQ(seen.state.iteration, 18U);
  expect_same(seen.weights, whole.weights);
}

TEST_F(Resume, AnEarlyStopEndsWithItsLastRow) {
  Spec spec = whole_protocol();
  spec.train->early_stop = EarlyStopSpec{.patience = 1, .threshold = 100};  // nothing is better
  spec.train->schedule.threshold = 100;  // and the rate drops at that moment
  const Outcome seen = run(spec);
  const auto lines = log_lines();
  EXPECT_EQ(seen.state.iteration,
            4U);  // the first validation is the best, the second is not better
  EXPECT_EQ(seen.state.history.log.back().iteration, 4U);
  EXPECT_EQ(seen.state.history.log.back().rate, 0.05);  // by which it was trained
  const Outcome again = run(spec);
  expect_same(again.state, seen.state);
  EXPECT_EQ(log_lines(), lines);
}

TEST_F(Resume, PartsOfABatchTrainAsTheWholeBatchUpToRounding) {
  Spec spec = whole_protocol();
  const Outcome whole = run(spec);
  start_anew();
  spec.train->accumulate = 4;
  const Outcome parts = run(spec);
  ASSERT_EQ(parts.weights.tensors.size(), whole.weights.tensors.size());
  for (std::size_t t = 0; t < whole.weights.tensors.size(); ++t) {
    const auto& a = whole.weights.tensors[t].values;
    const auto& b = parts.weights.tensors[t].values;
    for (std::size_t i = 0; i < a.size(); ++i) ASSERT_NEAR(a[i], b[i], 1e-5);
  }
  ASSERT_EQ(parts.state.history.log.size(), whole.state.history.log.size());
  EXPECT_NEAR(parts.state.history.log.back().loss, whole.state.history.log.back().loss, 1e-6);
}

}  // namespace
}  // namespace vggflow::testing
