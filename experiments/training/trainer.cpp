#include "experiments/training/trainer.h"

#include <chrono>
#include <cmath>
#include <cstdio>
#include <numeric>

#include "base/error.h"
#include "experiments/run/failed_images.h"
#include "experiments/run/machine.h"
#include "experiments/training/progress.h"
#include "experiments/training/schedule.h"
#include "pipeline/flow.h"

namespace vggflow {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

/// Images per second and the share of waiting, from one row to the next.
class Stopwatch {
 public:
  void waited(double seconds) { waited_s_ += seconds; }
  void trained(int images) { images_ += images; }
  TimingRow lap(std::uint64_t iteration) {
    const double elapsed_s = seconds_since(start_);
    const TimingRow row{.iteration = iteration,
                        .images_per_s = images_ / elapsed_s,
                        .wait_share = waited_s_ / elapsed_s};
    *this = {};
    return row;
  }

 private:
  Clock::time_point start_ = Clock::now();
  double waited_s_ = 0;
  double images_ = 0;
};

double global_weight_sum(const Batch& batch, Communicator& communicator) {
  double sum = std::accumulate(batch.weights.begin(), batch.weights.end(), 0.0);
  communicator.sum({&sum, 1});
  return sum;
}

std::string status(const TrainingRow& row, const TimingRow& timing) {
  char text[160];
  std::snprintf(text, sizeof text,
                "epoch %.1f  loss %.3f  error %.1f %%  rate %.2g  %.0f images/s  waiting %.0f %%",
                row.epoch, row.loss, row.top1_error, row.rate, timing.images_per_s,
                100 * timing.wait_share);
  return text;
}

void check_finite(const StepResult& result, double rate) {
  if (std::isfinite(result.loss)) return;
  throw Error(Origin::engine, "the loss is not finite at iteration " +
                                  std::to_string(result.iteration + 1) + ", learning rate " +
                                  std::to_string(rate) + "; try a lower train.sgd.rate");
}

}  // namespace

TrainingResult train(const Spec& spec, const Dataset& dataset, Engine& engine,
                     Communicator& communicator, const std::filesystem::path& log_path,
                     bool quiet) {
  const TrainSpec& how = *spec.train;
  const std::uint64_t per_epoch = dataset.size() / static_cast<std::size_t>(how.batch);
  const std::uint64_t iterations = how.length.iterations(per_epoch);
  FlowOptions options = flow_options(spec);
  warn_as_they_fail(options, "left out");
  Flow flow(dataset, spec.stages,
            plan_training(dataset.size(), {.seed = spec.seed,
                                           .batch = how.batch,
                                           .image = spec.net.input,
                                           .shard = {communicator.rank(), communicator.size()},
                                           .batches = iterations}),
            options);

  const Schedule schedule(how, per_epoch);
  TrainingLog log(how.log_every, per_epoch, iterations);
  TrainingLogFile log_file(log_path);
  Progress progress("training " + spec.name, iterations, quiet);
  TrainingResult result;
  Stopwatch watch;
  const auto report = [&](const StepResult& step) {
    const double rate = schedule.rate(step.iteration);
    check_finite(step, rate);
    if (const auto row = log.add(step, rate)) {
      result.history.timing.push_back(watch.lap(row->iteration));
      log_file.write(*row, result.history.timing.back());
      progress.show(row->iteration, status(*row, result.history.timing.back()));
    }
  };

  for (std::uint64_t iteration = 0; iteration < iterations; ++iteration) {
    const auto asked = Clock::now();
    const BatchLease batch = flow.next();
    watch.waited(seconds_since(asked));
    const double weights = global_weight_sum(*batch, communicator);
    if (weights == 0) {
      throw Error(Origin::data, "every image of batch " + std::to_string(batch->index) +
                                    " failed; one of them: " + flow.failures().front().name + ": " +
                                    flow.failures().front().reason);
    }
    engine.accumulate(*batch, {iteration, batch->first_position, weights});
    Rates rates = how.sgd;
    rates.rate = schedule.rate(iteration);
    engine.update(rates);
    watch.trained(how.batch);
    while (const auto step = engine.poll()) report(*step);
  }
  while (const auto step = engine.poll()) report(*step);
  result.history.log = log.rows();
  result.history.failed = flow.failures();
  result.figures.flow = flow.statistics();
  result.figures.images_per_s =
      static_cast<double>(iterations) * how.batch / result.figures.flow.elapsed_s;
  return result;
}

}  // namespace vggflow
