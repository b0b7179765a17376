#include "pipeline/batch_stage.h"

#include <utility>

#include "base/error.h"
#include "pipeline/flow_cells.h"

namespace vggflow {

StagedBatch::StagedBatch(StagedBatch&& other) noexcept
    : cells_(std::exchange(other.cells_, nullptr)), cell_(other.cell_), batch_(other.batch_) {}

StagedBatch::~StagedBatch() {
  if (cells_ == nullptr) return;
  fail(std::make_exception_ptr(Error(Origin::system, "a batch was lost on its way")));
}

void StagedBatch::hand_on() noexcept {
  if (FlowCells* cells = std::exchange(cells_, nullptr)) cells->staged(cell_, *batch_);
}

void StagedBatch::fail(std::exception_ptr error) noexcept {
  if (FlowCells* cells = std::exchange(cells_, nullptr)) cells->break_off(std::move(error));
}

/// The next batch in the order, if it is full and not yet with the stage.
std::optional<StagedBatch> FlowCells::next_to_stage() {
  const std::lock_guard lock(mutex_);
  if (stopped()) return std::nullopt;
  for (Cell* cell : order_) {
    if (!cell->full || cell->failure) break;  // nothing after a failure is ever delivered
    if (cell->started == cell->plan.batches.size()) continue;
    return StagedBatch(*this, cell->index, cell->batches[cell->started++]);
  }
  return std::nullopt;
}

void FlowCells::feed_stage() noexcept {
  const std::lock_guard one_by_one(feeding_stage_);
  while (std::optional<StagedBatch> batch = next_to_stage()) {
    try {
      stage_->start(std::move(*batch));
    } catch (...) {  // the consumer is thrown it
      batch->fail(std::current_exception());
    }
  }
}

void FlowCells::staged(std::size_t cell, const Batch& batch) noexcept {
  const std::lock_guard lock(mutex_);
  Cell& of = *cells_[cell];
  of.staged[static_cast<std::size_t>(&batch - of.batches.data())] = true;
  changed_.notify_all();
}

bool FlowCells::deliverable(const Cell& cell) const {
  if (stage_ == nullptr || cell.failure) return cell.full;
  return cell.full && cell.staged[cell.delivered];
}

}  // namespace vggflow
