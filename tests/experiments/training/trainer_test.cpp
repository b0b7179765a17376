#include "experiments/training/trainer.h"

#include <gmock/gmock.h>

#include <cmath>

#include "base/error.h"
#include "experiments/training/checkpointer.h"
#include "tests/experiments/training/training_fixture.h"

namespace vggflow::testing {
namespace {

using ::testing::ContainsRegex;
using ::testing::HasSubstr;

/// Its loss is no number in one iteration, as long as the rate is not lowered.
class SpoiledEngine : public WatchedEngine {
 public:
  SpoiledEngine(std::unique_ptr<Engine> engine, std::uint64_t at,
                std::function<void(const Step&)> watch)
      : WatchedEngine(std::move(engine), std::move(watch)), at_(at) {}
  void update(const Rates& rates) override {
    rate_ = rates.rate;
    WatchedEngine::update(rates);
  }
  std::optional<StepResult> poll() override {
    auto result = WatchedEngine::poll();
    if (result && result->iteration == at_ && rate_ > 0.04) result->loss = std::nan("");
    return result;
  }

 private:
  std::uint64_t at_;
  double rate_ = 0;
};

Spec shorter(Spec spec, double iterations) {
  spec.train->length = {iterations, false};
  return spec;
}

class Train : public TrainingTest {
 protected:
  /// From the last checkpoint in the folder if there is one.
  Outcome run_spoiled(const Spec& spec, std::uint64_t at,
                      std::function<void(const Step&)> watch = {}) {
    SpoiledEngine engine(make_engine("reference", spec.net, {.batch = 8, .seed = spec.seed}), at,
                         std::move(watch));
    return run_on(engine, spec);
  }
  std::string error_of(const Spec& spec) {
    try {
      (void)run(spec);
    } catch (const Error& error) {
      EXPECT_EQ(error.origin(), Origin::engine);
      return error.what();
    }
    ADD_FAILURE() << "nothing was thrown";
    return "";
  }
};

TEST_F(Train, ALossThatIsNotFiniteStopsItNamingIterationRateAndCheckpoint) {
  Spec spec = tiny_training("", 1e6);
  spec.train->sgd.decay = 1;
  EXPECT_THAT(error_of(spec), ContainsRegex("not finite at iteration [0-9]+, learning rate "
                                            "1e\\+06; there is no checkpoint.*train.sgd.rate"));
}

TEST_F(Train, TheLastCheckpointIsNamedAndWhole) {
  Spec spec = tiny_training();
  spec.train->checkpoint = {.every = Length{2, false}, .minutes = 0, .keep = 2};
  // Six steps at a rate that is fine, then one that is not.
  spec.train->schedule = {.kind = ScheduleSpec::Kind::step, .at = {{6, false}}, .factor = 1e30};
  EXPECT_THAT(error_of(spec), HasSubstr("checkpoints/000000006.h5"));
  EXPECT_EQ(checkpoints_of(spec, folder_, 3).last()->state.iteration, 6U);
}

TEST_F(Train, ReloadHalvesTheRateAndGivesUpInTheEnd) {
  Spec spec = tiny_training();
  spec.train->checkpoint = {.every = Length{2, false}, .minutes = 0, .keep = 2};
  spec.train->on_nan = OnNan::reload;
  spec.train->schedule = {.kind = ScheduleSpec::Kind::step, .at = {{6, false}}, .factor = 1e30};
  int spoiled = 0;
  ::testing::internal::CaptureStderr();
  try {
    (void)run(spec, [&](const Step& step) { spoiled += step.iteration == 6 ? 1 : 0; });
    ADD_FAILURE() << "a rate of 1e28 / 256 held";
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), HasSubstr("gone back 8 times in vain"));
  }
  EXPECT_EQ(spoiled, 9);
  EXPECT_THAT(::testing::internal::GetCapturedStderr(),
              HasSubstr("gone back to iteration 6, the learning rate is halved"));
}

TEST_F(Train, AReloadGoesOnFromTheLastRegularCheckpointAtHalfTheRate) {
  Spec spec = tiny_training();
  spec.train->checkpoint = {.every = Length{4, false}, .minutes = 1e-9, .keep = 2};
  spec.train->on_nan = OnNan::reload;
  spec.train->log_every = 1;
  ::testing::internal::CaptureStderr();
  const Outcome seen = run_spoiled(spec, 6);  // those of 5 and 6 depend on the clock
  EXPECT_THAT(::testing::internal::GetCapturedStderr(), HasSubstr("gone back to iteration 4"));
  EXPECT_EQ(seen.state.iteration, 12U);
  EXPECT_EQ(seen.state.reloads, 1);
  const auto& log = seen.state.history.log;
  ASSERT_EQ(log.size(), 12U);
  EXPECT_EQ(log[3].rate, 0.05);
  EXPECT_EQ(log[4].rate, 0.025);
  EXPECT_EQ(log[11].rate, 0.025);
}

TEST_F(Train, KilledAroundAReloadItEndsAsIfItHadNotBeen) {
  Spec spec = tiny_training();
  spec.train->checkpoint = {.every = Length{4, false}, .minutes = 1e-9, .keep = 2};
  spec.train->on_nan = OnNan::reload;
  ::testing::internal::CaptureStderr();
  const Outcome whole = run_spoiled(spec, 6);
  struct Killed {};
  for (int at = 0; at < 14; ++at) {  // in the at-th step of a process, reload included
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
    int steps = 0;
    try {
      (void)run_spoiled(spec, 6, [&](const Step&) {
        if (steps++ == at) throw Killed{};
      });
    } catch (const Killed&) {
    }
    const Outcome seen = run_spoiled(spec, 6);
    expect_same(seen.state, whole.state);
    expect_same(seen.weights, whole.weights);
  }
  (void)::testing::internal::GetCapturedStderr();
}

TEST_F(Train, ReloadWithoutARegularCheckpointTakesTheLastOne) {
  Spec spec = tiny_training();
  spec.train->checkpoint = {.every = {}, .minutes = 1e-9, .keep = 2};
  (void)run(shorter(spec, 5));
  spec.train->checkpoint.every = Length{100, false};
  spec.train->on_nan = OnNan::reload;
  ::testing::internal::CaptureStderr();
  const Outcome seen = run_spoiled(spec, 6);
  EXPECT_THAT(::testing::internal::GetCapturedStderr(), HasSubstr("gone back to iteration 6"));
  EXPECT_EQ(seen.state.iteration, 12U);
}

}  // namespace
}  // namespace vggflow::testing
