#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "base/export.h"
#include "experiments/spec/spec.h"
#include "pipeline/statistics.h"

namespace vggflow {

/// What `vggflow bench pipeline` saw.
struct PipelineBench {
  std::uint64_t images = 0;
  double images_per_s = 0;
  std::string digest;  ///< SHA-256 over the digests (hexadecimal) of the batches, in order
  FlowStatistics flow;
};

/// Draws `batches` training batches of the spec's pipeline from `data.train`, training nothing.
[[nodiscard]] VGGFLOW_API PipelineBench bench_pipeline(const Spec& spec,
                                                       const std::filesystem::path& data,
                                                       std::uint64_t batches);

[[nodiscard]] VGGFLOW_API std::string to_text(const PipelineBench& bench);
/// Keys images_per_s, workers, batches, images, digest, starved_s, no_free_slot_s, nodes.
[[nodiscard]] VGGFLOW_API std::string to_json(const PipelineBench& bench);

}  // namespace vggflow
