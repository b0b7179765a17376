#include "pipeline/flow_cells.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace vggflow {
namespace {

bool has_views(const Plan& plan) {
  return std::ranges::any_of(plan.destinations, [](const Destination& d) { return !!d.view; });
}

}  // namespace

FlowCells::FlowCells(int count, FailureLimit limit, BatchStage* stage)
    : stage_(stage), free_(static_cast<std::size_t>(count)), limit_(std::move(limit)) {
  for (std::size_t index = 0; index < free_; ++index) {
    cells_.push_back(std::make_unique<Cell>());
    cells_.back()->index = index;
  }
}

void FlowCells::queue(Cell& cell, Plan plan, std::optional<Error> failure) {
  // Nobody else looks at a free cell, so its memory is made ready without the lock.
  cell.plan = std::move(plan);
  if (cell.batches.size() < cell.plan.batches.size()) {
    cell.batches.resize(cell.plan.batches.size());
  }
  const bool cuts = stage_ != nullptr && stage_->takes_cuts() && has_views(cell.plan);
  for (std::size_t b = 0; b < cell.plan.batches.size(); ++b) {
    const Plan::PlannedBatch& planned = cell.plan.batches[b];
    cell.batches[b].reset(planned.shape);
    cell.batches[b].index = planned.index;
    cell.batches[b].first_position = planned.first_position;
    if (cuts) cell.batches[b].allow_cuts();
  }
  cell.jobs_left = cell.plan.jobs.size();

  const std::lock_guard lock(mutex_);
  cell.full = cell.plan.jobs.empty();
  cell.started = 0;
  cell.staged.assign(cell.plan.batches.size(), false);
  cell.delivered = 0;
  cell.released = 0;
  cell.failure = std::move(failure);
  cell.failed_job = 0;
  cell.failures.clear();
  order_.push_back(&cell);
  --free_;
  if (!cell.full) ++filling_;
  note_idleness();
  changed_.notify_all();
}

void FlowCells::end(std::exception_ptr error, std::vector<FailedSample> unreadable) {
  const std::lock_guard lock(mutex_);
  if (ended_) return;
  ended_ = true;
  end_error_ = std::move(error);
  end_failures_ = std::move(unreadable);
  note_idleness();
  changed_.notify_all();
}

bool FlowCells::planning() const {
  const std::lock_guard lock(mutex_);
  return !ended_ && !stopped();
}

void FlowCells::fail(Cell& cell, std::size_t job, Error error) {
  const std::lock_guard lock(mutex_);
  if (cell.failure && cell.failed_job <= job) return;
  cell.failure = std::move(error);
  cell.failed_job = job;
}

void FlowCells::note_failures(Cell& cell, JobFailures failures) {
  const std::lock_guard lock(mutex_);
  cell.failures.push_back(std::move(failures));
}

void FlowCells::job_done(Cell& cell) noexcept {
  if (cell.jobs_left.fetch_sub(1, std::memory_order_acq_rel) != 1) return;
  {
    const std::lock_guard lock(mutex_);
    cell.full = true;
    --filling_;
    note_idleness();
    changed_.notify_all();
  }
  if (stage_ != nullptr) feed_stage();
}

void FlowCells::break_off(std::exception_ptr error) noexcept {
  const std::lock_guard lock(mutex_);
  if (stopped()) return;
  fatal_ = std::move(error);
  stopped_.store(true, std::memory_order_release);
  changed_.notify_all();
}

bool FlowCells::decided() const {
  if (stopped()) return true;
  if (!order_.empty()) return deliverable(*order_.front());
  return ended_ || free_ == 0;
}

FlowCells::Delivery FlowCells::next() {
  std::unique_lock lock(mutex_);
  const auto since = Clock::now();
  changed_.wait(lock, [&] { return decided(); });
  starved_ += Clock::now() - since;
  if (failure_) throw Error(*failure_);
  if (fatal_) std::rethrow_exception(fatal_);
  if (stopped()) return {};
  if (!order_.empty()) return deliver();
  stop_for(limit_.add(end_failures_));
  if (end_error_) std::rethrow_exception(end_error_);
  if (ended_) return {};
  throw Error(Origin::usage, "all " + std::to_string(cells_.size()) +
                                 " planned batches are on lease; release one before asking for "
                                 "the next, or raise prefetch");
}

FlowCells::Delivery FlowCells::deliver() {
  Cell& cell = *order_.front();
  stop_for(cell.failure);
  std::vector<FailedSample> failures;
  if (cell.delivered == 0) {
    failures = failures_of(cell);
    stop_for(limit_.add(failures));
  }
  const Batch& batch = cell.batches[cell.delivered++];
  if (cell.delivered == cell.plan.batches.size()) order_.pop_front();
  ++batches_;
  return {&batch, cell.index, std::move(failures)};
}

/// Jobs end in any order; failures count in theirs.
std::vector<FailedSample> FlowCells::failures_of(Cell& cell) {
  std::vector<FailedSample> failures = std::move(cell.plan.failed);
  std::ranges::sort(cell.failures, {}, &JobFailures::job);
  for (JobFailures& of_job : cell.failures) {
    std::ranges::move(of_job.failures, std::back_inserter(failures));
  }
  return failures;
}

void FlowCells::stop_for(const std::optional<Error>& failure) {
  if (!failure) return;
  failure_ = failure;
  stopped_.store(true, std::memory_order_release);
  throw Error(*failure_);
}

Cell* FlowCells::give_back(const Delivery& delivery) {
  Cell& cell = *cells_[delivery.cell];
  // What a stage has put beside it serves another batch now.
  cell.batches[static_cast<std::size_t>(delivery.batch - cell.batches.data())].device.reset();
  const std::lock_guard lock(mutex_);
  if (++cell.released < cell.plan.batches.size()) return nullptr;
  ++free_;
  note_idleness();
  return ended_ || stopped() ? nullptr : &cell;
}

void FlowCells::cancel() {
  const std::lock_guard lock(mutex_);
  stopped_.store(true, std::memory_order_release);
  failure_.reset();
  fatal_ = nullptr;
  changed_.notify_all();
}

void FlowCells::note_idleness() {
  if (workers_idle() && !idle_since_) idle_since_ = Clock::now();
  if (!workers_idle() && idle_since_) {
    idle_ += Clock::now() - *idle_since_;
    idle_since_.reset();
  }
}

FlowCells::Times FlowCells::times() const {
  const std::lock_guard lock(mutex_);
  Clock::duration idle = idle_;
  if (idle_since_) idle += Clock::now() - *idle_since_;
  const auto seconds = [](Clock::duration d) { return std::chrono::duration<double>(d).count(); };
  return {batches_, seconds(starved_), seconds(idle)};
}

}  // namespace vggflow
