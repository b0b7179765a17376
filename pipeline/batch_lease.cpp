#include <utility>

#include "pipeline/flow.h"

namespace vggflow {

BatchLease::BatchLease(BatchLease&& other) noexcept
    : flow_(std::exchange(other.flow_, nullptr)),
      batch_(std::exchange(other.batch_, nullptr)),
      cell_(other.cell_) {}

BatchLease& BatchLease::operator=(BatchLease&& other) noexcept {
  if (this == &other) return *this;
  release();
  flow_ = std::exchange(other.flow_, nullptr);
  batch_ = std::exchange(other.batch_, nullptr);
  cell_ = other.cell_;
  return *this;
}

BatchLease::~BatchLease() { release(); }

void BatchLease::release() noexcept {
  if (batch_ == nullptr) return;
  batch_ = nullptr;
  std::exchange(flow_, nullptr)->give_back(cell_);
}

}  // namespace vggflow
