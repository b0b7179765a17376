#pragma once

#include <cstddef>

#include "base/export.h"

namespace vggflow {

namespace cuda {
class Event;
class Stream;
}  // namespace cuda

/// Of the values that are summed.
enum class ElementType { f32, bf16 };
[[nodiscard]] constexpr std::size_t bytes_of(ElementType type) {
  return type == ElementType::f32 ? 4 : 2;
}

/// Sums over all processes of what lies on their cards, one card a process. All processes call the
/// same functions with the same counts in the same order. The host never waits in any of them, so
/// that they can be captured into a CUDA graph.
class VGGFLOW_API DeviceCommunicator {
 public:
  virtual ~DeviceCommunicator() = default;

  /// Sums `count` values over all processes, in place, once `ready` is reached; no earlier than
  /// finish_on(), for what lies side by side may be put together first. `ready` may be recorded
  /// anew afterwards.
  virtual void start_sum(void* device_values, std::size_t count, ElementType type,
                         const cuda::Event& ready) = 0;
  /// What follows in the stream starts after all sums that were started.
  virtual void finish_on(const cuda::Stream& stream) = 0;
  /// Error (engine) where a sum has failed on the card, or another process is gone: of a look at
  /// what is known by now.
  virtual void check() const = 0;
};

}  // namespace vggflow
