#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/export.h"
#include "experiments/bench/allocations.h"
#include "experiments/bench/peers.h"
#include "experiments/bench/spread.h"
#include "experiments/spec/spec.h"
#include "pipeline/planner.h"
#include "pipeline/statistics.h"

namespace vggflow {

struct PipelineBenchOptions {
  std::filesystem::path data = ".";  ///< where relative paths of `data:` start
  std::string cache = {};            ///< folder of the data's cached indexes; empty: none
  std::uint64_t batches = 16;        ///< of a round, from the first of the training order
  double seconds = 5;                ///< rounds go on until the pipeline has run that long in all
  AllocationCounter allocations = nullptr;
  std::string python = {};  ///< to time other pipelines with; empty: none are
};

/// One baseline, on the images and windows of the pipeline, on one thread, in the same rounds.
struct BaselineFigures {
  std::string name;
  Spread images_per_s;
  Spread ratio;  ///< of the pipeline's rate per worker to it, round by round
};

/// What `vggflow bench pipeline` saw.
struct PipelineBench {
  int rounds = 0;
  std::uint64_t images = 0;  ///< made in a round; failed ones do not count
  Spread images_per_s;
  std::string digest;   ///< SHA-256 over the digests (hexadecimal) of a round's batches, in order
  FlowStatistics flow;  ///< sums over the rounds
  std::optional<BaselineFigures> bare_window;  ///< none where the geometry is beyond baselines
  std::optional<BaselineFigures> full_decode_resize;  ///< none without OpenCV
  std::optional<double> allocations_per_image;  ///< `operator new`, once warm; none of short rounds
  std::optional<double> allocated_bytes_per_image;
  std::uint64_t peak_rss_bytes = 0;  ///< of the process, before baselines hold their images
  std::vector<FailedSample> failed;  ///< sorted by id, each once
  std::vector<PeerFigures> peers;
};

/// Draws the first `batches` training batches of the spec's pipeline from `data.train` again and
/// again, training nothing: once for the digest, which also warms caches, then in timed rounds,
/// each followed by the baselines on the same samples (the first 1,024 of them). The batch size is
/// `train.batch`, or 64 without `train:`. Error (spec) if the stages make pictures of many sizes,
/// Error (data) if every image fails.
[[nodiscard]] VGGFLOW_API PipelineBench bench_pipeline(const Spec& spec,
                                                       const PipelineBenchOptions& options);

[[nodiscard]] VGGFLOW_API std::string to_text(const PipelineBench& bench);
/// Keys as in docs/benchmarks.md.
[[nodiscard]] VGGFLOW_API std::string to_json(const PipelineBench& bench);

}  // namespace vggflow
