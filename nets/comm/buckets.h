#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <utility>

#include "base/export.h"
#include "nets/comm/device_communicator.h"

namespace vggflow {

/// Values side by side on a card.
struct DeviceRange {
  std::byte* begin = nullptr;
  std::size_t count = 0;  ///< of elements
  ElementType type = ElementType::f32;

  [[nodiscard]] std::size_t bytes() const { return count * bytes_of(type); }
  [[nodiscard]] std::byte* end() const { return begin + bytes(); }
};

/// Puts ranges that follow each other, upwards or (gradients: last layers first) downwards,
/// together until they are worth a sum: each costs some microseconds however small it is.
class VGGFLOW_API Buckets {
 public:
  static constexpr std::size_t kUsualBytes = std::size_t{32} << 20;

  /// `send` gets each bucket of at least `bytes`, and what comes to less but has to go: before a
  /// range that does not go with it, and at flush().
  explicit Buckets(std::function<void(const DeviceRange&)> send, std::size_t bytes = kUsualBytes)
      : send_(std::move(send)), bytes_(bytes) {}

  void add(const DeviceRange& range);
  void flush();

 private:
  std::function<void(const DeviceRange&)> send_;
  std::size_t bytes_;
  std::optional<DeviceRange> open_;
};

}  // namespace vggflow
