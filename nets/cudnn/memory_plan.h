#pragma once

#include <cstddef>
#include <vector>

#include "base/export.h"

namespace vggflow::cudnn {

/// A block of memory that is needed from one moment of a step to another, both included.
struct VGGFLOW_API Blob {
  std::size_t bytes = 0;
  int first = 0;
  int last = 0;

  /// Needed at `moment` as well.
  void use(int moment);
};

/// Where blobs lie in one arena, so that none overlaps another that is needed at the same time.
/// Largest first, each at the lowest place that is free while it is needed (the greedy-by-size
/// order of Pisarchyk and Lee, "Efficient memory management for deep neural net inference", 2020).
class VGGFLOW_API MemoryPlan {
 public:
  static constexpr std::size_t kAlignment = 256;  ///< bytes; as cudaMalloc's

  MemoryPlan() = default;
  explicit MemoryPlan(std::vector<Blob> blobs);

  [[nodiscard]] std::size_t offset(std::size_t blob) const { return offsets_[blob]; }
  [[nodiscard]] std::size_t bytes() const { return bytes_; }  ///< of the arena

 private:
  void place(std::size_t blob, const std::vector<Blob>& blobs,
             const std::vector<std::size_t>& placed);

  std::vector<std::size_t> offsets_;
  std::size_t bytes_ = 0;
};

}  // namespace vggflow::cudnn
