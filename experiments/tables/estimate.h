#pragma once

#include <cstdint>
#include <string>

#include "base/export.h"
#include "experiments/tables/remaining_work.h"
#include "experiments/tables/speeds.h"

namespace vggflow {

/// Of what is still to be done.
struct Estimate {
  double time_s = 0;
  std::uint64_t disk_bytes = 0;  ///< that will stay: weights, checkpoints, scores
  bool whole = true;             ///< false where some of it cannot be told
};

/// Time of the engine alone, iterations and images by measured speeds; without decoding and
/// validation passes.
[[nodiscard]] VGGFLOW_API Estimate estimate(const Spec& spec, const RemainingWork& work,
                                            Speeds& speeds);

/// Of a file of scores, (images, classes) f32, before compression.
[[nodiscard]] VGGFLOW_API std::uint64_t scores_bytes(const Spec& spec, std::uint64_t images);

/// "45 s", "12 min", "3 h 20 min", "17 days".
[[nodiscard]] VGGFLOW_API std::string duration_text(double seconds);
/// "800 kB", "1.5 GB": powers of 1000.
[[nodiscard]] VGGFLOW_API std::string bytes_text(std::uint64_t bytes);

}  // namespace vggflow
