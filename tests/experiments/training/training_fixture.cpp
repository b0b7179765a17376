#include "tests/experiments/training/training_fixture.h"

#include "experiments/training/checkpointer.h"
#include "pipeline/dataset/subset.h"

namespace vggflow::testing {
namespace {

std::unique_ptr<Dataset> open(const Value& source) {
  return open_dataset(Params(source, "data"), ".");
}

}  // namespace

TrainingTest::Outcome TrainingTest::run(const Spec& spec, std::function<void(const Step&)> watch,
                                        const std::atomic<bool>* stop,
                                        std::function<void()> asked) {
  WatchedEngine engine(make_engine("reference", spec.net,
                                   {.batch = spec.train->batch / spec.train->accumulate,
                                    .seed = spec.seed,
                                    .rate_multipliers = spec.train->multipliers}),
                       std::move(watch), std::move(asked));
  return run_on(engine, spec, stop);
}

TrainingTest::Outcome TrainingTest::run_on(Engine& engine, const Spec& spec,
                                           const std::atomic<bool>* stop) {
  const auto data = open(spec.train_data);
  const Subset validation(open(spec.val_data), 10);
  const std::uint64_t per_epoch = data->size() / static_cast<std::size_t>(spec.train->batch);
  TrainingState from;
  if (auto last = checkpoints_of(spec, folder_, per_epoch).last()) {
    engine.load(last->weights);
    engine.restore(last->engine);
    from = std::move(last->state);
  } else {
    engine.load(initial_parameters(spec.net, {Initialisation::Kind::he}, spec.seed));
  }
  const auto communicator = single_process();
  TrainingResult result = train(
      spec, {*data, &validation}, engine, *communicator, std::move(from),
      {.folder = folder_, .quiet = true, .stop = stop, .retry = std::chrono::milliseconds(100)});
  return {std::move(result.state), engine.parameters(), engine.state()};
}

void expect_same(const TrainingState& one, const TrainingState& other) {
  EXPECT_EQ(one.iteration, other.iteration);
  EXPECT_EQ(one.schedule, other.schedule);
  EXPECT_EQ(one.rate_scale, other.rate_scale);
  EXPECT_EQ(one.reloads, other.reloads);
  const TrainingHistory& a = one.history;
  const TrainingHistory& b = other.history;
  ASSERT_EQ(a.log.size(), b.log.size());
  ASSERT_EQ(a.timing.size(), b.timing.size());
  ASSERT_EQ(a.validation.size(), b.validation.size());
  for (std::size_t i = 0; i < a.log.size(); ++i) {
    EXPECT_EQ(a.log[i].iteration, b.log[i].iteration);
    EXPECT_EQ(a.log[i].epoch, b.log[i].epoch);
    EXPECT_EQ(a.log[i].rate, b.log[i].rate);
    EXPECT_EQ(a.log[i].loss, b.log[i].loss);
    EXPECT_EQ(a.log[i].top1_error, b.log[i].top1_error);
    EXPECT_EQ(a.log[i].top5_error, b.log[i].top5_error);
  }
  for (std::size_t i = 0; i < a.validation.size(); ++i) {
    EXPECT_EQ(a.validation[i].iteration, b.validation[i].iteration);
    EXPECT_EQ(a.validation[i].images, b.validation[i].images);
    EXPECT_EQ(a.validation[i].top1_error, b.validation[i].top1_error);
    EXPECT_EQ(a.validation[i].top5_error, b.validation[i].top5_error);
  }
}

void expect_same(const Parameters& one, const Parameters& other) {
  ASSERT_EQ(one.tensors.size(), other.tensors.size());
  for (std::size_t i = 0; i < one.tensors.size(); ++i) {
    EXPECT_EQ(one.tensors[i].name, other.tensors[i].name);
    EXPECT_EQ(one.tensors[i].values, other.tensors[i].values) << one.tensors[i].name;
  }
}

}  // namespace vggflow::testing
