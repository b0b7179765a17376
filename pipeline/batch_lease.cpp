#include <utility>

#include "pipeline/flow.h"
#include "pipeline/flow_cells.h"

namespace vggflow {

BatchLease::BatchLease(BatchLease&& other) noexcept
    : flow_(std::exchange(other.flow_, nullptr)),
      cells_(std::move(other.cells_)),
      batch_(std::exchange(other.batch_, nullptr)),
      cell_(other.cell_),
      failures_(std::move(other.failures_)) {}

BatchLease& BatchLease::operator=(BatchLease&& other) noexcept {
  if (this == &other) return *this;
  release();
  flow_ = std::exchange(other.flow_, nullptr);
  cells_ = std::move(other.cells_);
  batch_ = std::exchange(other.batch_, nullptr);
  cell_ = other.cell_;
  failures_ = std::move(other.failures_);
  return *this;
}

BatchLease::~BatchLease() { release(); }

void BatchLease::release() noexcept {
  if (batch_ == nullptr) return;
  const Batch* batch = std::exchange(batch_, nullptr);
  Flow* flow = std::exchange(flow_, nullptr);
  const auto cells = std::move(cells_);
  // A flow that is gone has stopped its cells, and none of them is free for another plan.
  if (const Cell* free = cells->give_back({batch, cell_})) flow->offer(free->index);
}

}  // namespace vggflow
