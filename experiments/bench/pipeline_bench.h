#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "base/export.h"
#include "experiments/spec/spec.h"
#include "pipeline/planner.h"
#include "pipeline/statistics.h"

namespace vggflow {

/// What `vggflow bench pipeline` saw.
struct PipelineBench {
  std::uint64_t images = 0;  ///< made; failed ones do not count
  double images_per_s = 0;
  std::string digest;  ///< SHA-256 over the digests (hexadecimal) of the batches, in order
  FlowStatistics flow;
  std::vector<FailedSample> failed;  ///< sorted by id, each once
};

/// Draws `batches` training batches of the spec's pipeline from `data.train`, training nothing.
/// Their size is `train.batch`, or 64 without `train:`. Error (spec) if the stages make pictures of
/// many sizes, Error (data) if every image fails. `cache`: of the data's index; empty: none.
[[nodiscard]] VGGFLOW_API PipelineBench bench_pipeline(const Spec& spec,
                                                       const std::filesystem::path& data,
                                                       std::uint64_t batches,
                                                       const std::filesystem::path& cache = {});

[[nodiscard]] VGGFLOW_API std::string to_text(const PipelineBench& bench);
/// Keys images_per_s, workers, batches, images, failed (how many), digest, elapsed_s, starved_s,
/// no_free_slot_s, nodes; first_failed ("name: reason") where there is one.
[[nodiscard]] VGGFLOW_API std::string to_json(const PipelineBench& bench);

}  // namespace vggflow
