#include "nets/comm/buckets.h"

#include <utility>

namespace vggflow {
namespace {

std::optional<DeviceRange> joined(const DeviceRange& one, const DeviceRange& other) {
  if (one.type != other.type) return std::nullopt;
  const std::size_t count = one.count + other.count;
  if (one.end() == other.begin) return DeviceRange{one.begin, count, one.type};
  if (other.end() == one.begin) return DeviceRange{other.begin, count, one.type};
  return std::nullopt;
}

}  // namespace

void Buckets::add(const DeviceRange& range) {
  if (range.count == 0) return;
  auto together = open_ ? joined(*open_, range) : range;
  if (!together) {
    flush();
    together = range;
  }
  open_ = together;
  if (open_->bytes() >= bytes_) flush();
}

void Buckets::flush() {
  if (const auto full = std::exchange(open_, std::nullopt)) send_(*full);
}

}  // namespace vggflow
