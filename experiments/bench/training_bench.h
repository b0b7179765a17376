#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/export.h"
#include "base/span_log.h"
#include "experiments/bench/spread.h"
#include "experiments/spec/spec.h"
#include "nets/engine.h"
#include "pipeline/planner.h"

namespace vggflow {

struct TrainingBenchOptions {
  std::filesystem::path data = ".";  ///< where relative paths of `data:` start
  std::string cache = {};            ///< folder of the data's cached indexes; empty: none
  bool synthetic = false;            ///< one batch of noise, again and again, and no data
  int steps = 4;                     ///< of a round, after those that are not timed
  int rounds = 5;
  std::shared_ptr<SpanLog> spans = {};  ///< told of all that happens in the rounds; none: nobody is
};

/// A layer's part of a step: medians of the rounds. What nobody can tell is none.
struct LayerFigures {
  std::string layer;                      ///< also "input", "loss", "update"
  std::optional<double> forward_ms = {};  ///< none of an engine that does not time its layers
  std::optional<double> backward_ms = {};
  std::optional<double> bare_forward_ms = {};  ///< none of a layer that is no product
  std::optional<double> bare_backward_ms = {};
  double gflop = 0;  ///< of a product beside its bare one, forward and backward
};

/// What `vggflow bench train` saw. A step is a whole iteration: `accumulate` parts of the batch and
/// the update.
struct TrainingBench {
  std::string net;
  std::int64_t parameters = 0;
  std::string engine;  ///< Engine::description()
  std::string device;  ///< the processor's model name
  int threads = 0;     ///< that compute
  Size image;          ///< px
  int batch = 0;
  int accumulate = 1;
  bool synthetic = false;
  int rounds = 0;
  int steps = 0;  ///< of a round
  Spread images_per_s;
  Spread step_ms;
  std::optional<Spread> bare_images_per_s;  ///< none on a card or without oneDNN
  std::optional<Spread> ratio;  ///< of images_per_s to bare_images_per_s, round by round
  std::optional<Spread> synthetic_images_per_s;  ///< in the same rounds; none of --synthetic
  std::optional<Spread> ratio_to_synthetic;
  double wait_share = 0;  ///< of the timed steps, waiting for batches
  double gflop = 0;       ///< of a step, convolutions and inner products alone
  double loss = 0;        ///< of the last step
  std::vector<LayerFigures> layers;
  std::uint64_t peak_rss_bytes = 0;  ///< after the first round, before anything else is made
  std::vector<MemoryItem> memory;    ///< Engine::memory() then; empty where no account is kept
  std::vector<FailedSample> failed;
};

/// Trains the spec's net from random weights as its `train:` says, on its pipeline or on noise, in
/// rounds; each round also times the bare products of the net on the same number of batches, and,
/// fed by the pipeline, as many steps on noise. Error (spec) without `train:`.
[[nodiscard]] VGGFLOW_API TrainingBench bench_training(const Spec& spec,
                                                       const TrainingBenchOptions& options);

[[nodiscard]] VGGFLOW_API std::string to_text(const TrainingBench& bench);
/// Keys as in docs/benchmarks.md.
[[nodiscard]] VGGFLOW_API std::string to_json(const TrainingBench& bench);

}  // namespace vggflow
