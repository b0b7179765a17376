#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/batch.h"
#include "base/export.h"
#include "experiments/bench/spread.h"
#include "experiments/spec/spec.h"
#include "pipeline/planner.h"

namespace vggflow {

struct ScoringBenchOptions {
  std::filesystem::path data = ".";  ///< where relative paths of `data:` start
  std::string cache = {};            ///< folder of the data's cached indexes; empty: none
  bool synthetic = false;            ///< pictures made for it, and no data
  std::vector<int> scales = {};      ///< Q, px; none: those of the spec's first dense evaluation
  std::uint64_t images = 16;         ///< of a dense pass
  std::uint64_t crop_images = 2;     ///< of a pass of crops, each of which is cut into 50 a scale
  int rounds = 3;
};

/// The batches of one shape in a dense pass.
struct DenseShape {
  BatchShape shape;
  int batches = 0;
  double first_ms = 0;   ///< of the batch that met the shape first
  double scored_ms = 0;  ///< of a batch; median of the rounds' means
  std::optional<double> bare_ms = {};
};

/// What `vggflow bench score` saw. A pass is a whole evaluation of its images, from opening the
/// flow to the errors; a rate counts the images that did not fail.
struct ScoringBench {
  std::string net;
  std::int64_t parameters = 0;
  std::string engine;  ///< Engine::description()
  std::string device;  ///< the processor's model name
  int threads = 0;     ///< that compute
  Size crop;           ///< px
  std::vector<int> scales;
  int batch = 0;  ///< most slots at once
  bool synthetic = false;
  std::uint64_t images = 0;       ///< of a dense pass
  std::uint64_t crop_images = 0;  ///< of a pass of crops
  int crops = 0;                  ///< of an image: 50 a scale
  int rounds = 0;

  Spread dense_images_per_s;  ///< of shapes that were scored before
  /// None on a card or without oneDNN, like all that is bare.
  std::optional<Spread> bare_images_per_s;
  std::optional<Spread> dense_share_of_bare;  ///< of dense_images_per_s to it, round by round
  double new_shapes_images_per_s = 0;         ///< of the first pass: all its shapes were new
  std::optional<double> new_shapes_share_of_bare;
  double dense_wait_share = 0;  ///< of the rounds' dense passes, outside the engine
  std::vector<DenseShape> shapes;

  Spread crop_images_per_s;    ///< all crops of an image
  Spread crops_per_s;          ///< a slot each
  Spread plain_forward_per_s;  ///< slots, in prefilled batches of `batch`
  Spread crops_cost;           ///< of a crop, in plain forward passes of one
  Spread both_images_per_s;    ///< dense and all crops

  std::uint64_t peak_rss_bytes = 0;  ///< after the first passes, before anything bare is made
  std::vector<FailedSample> failed;
};

/// Scores images of data.val, evenly spread, with random weights: whole with their mirror images
/// (dense), and in 5x5 crops and their mirror images, by evaluate(); beside the bare products of
/// the net on the same batch shapes, and plain forward passes of crops. Error (spec) for a spec
/// without data.val or dense evaluation, Error (usage) for scales smaller than the crop, Error
/// (data) if no image can be scored.
[[nodiscard]] VGGFLOW_API ScoringBench bench_scoring(const Spec& spec,
                                                     const ScoringBenchOptions& options);

[[nodiscard]] VGGFLOW_API std::string to_text(const ScoringBench& bench);
/// Keys as in docs/benchmarks.md.
[[nodiscard]] VGGFLOW_API std::string to_json(const ScoringBench& bench);

}  // namespace vggflow
