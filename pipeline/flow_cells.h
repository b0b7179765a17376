#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <exception>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "base/batch.h"
#include "base/error.h"
#include "base/export.h"
#include "pipeline/batch_stage.h"
#include "pipeline/failure_limit.h"
#include "pipeline/planner.h"

namespace vggflow {

/// What failed in one job of a plan: its own image, then its substitutes.
struct JobFailures {
  std::size_t job = 0;
  std::vector<FailedSample> failures;
};

/// The memory of one plan: its batches while they are filled, waited for and on lease. Its buffers
/// serve the next plan.
struct Cell {
  std::size_t index = 0;
  Plan plan;
  std::vector<Batch> batches;  // the first plan.batches.size() of them are in use
  std::atomic<std::size_t> jobs_left{0};

  // Guarded by FlowCells::mutex_.
  bool full = false;
  std::size_t started = 0;   // batches given to the stage; 0 without one
  std::vector<bool> staged;  // (batches) which of them it has handed on
  std::size_t delivered = 0;
  std::size_t released = 0;
  std::optional<Error> failure;  // of the first of the plan's jobs that failed
  std::size_t failed_job = 0;
  std::vector<JobFailures> failures;  // all, whatever the policy makes of them
};

/// All cells of a flow on their way round: free -> planned -> full -> delivered -> free, with a
/// stage full -> staged -> delivered. Batches and failures reach the consumer in the order of the
/// plans, whatever finishes first.
class VGGFLOW_API FlowCells {
 public:
  /// `stage` outlives all uses of the cells but give_back() once they are stopped.
  explicit FlowCells(int count, FailureLimit limit = FailureLimit({}), BatchStage* stage = nullptr);

  [[nodiscard]] std::size_t size() const { return cells_.size(); }
  [[nodiscard]] Cell& operator[](std::size_t index) { return *cells_[index]; }

  /// Gives a free cell its plan and its place in the order. `failure`: what next() throws instead.
  void queue(Cell& cell, Plan plan, std::optional<Error> failure);
  /// There are no more plans; the consumer learns it, or `error`, after the last batch.
  /// `unreadable`: of plans without batches since the last cell.
  void end(std::exception_ptr error, std::vector<FailedSample> unreadable = {});
  [[nodiscard]] bool planning() const;

  void fail(Cell& cell, std::size_t job, Error error);
  /// Counts towards the limit when the cell's first batch is delivered.
  void note_failures(Cell& cell, JobFailures failures);
  void job_done(Cell& cell) noexcept;
  /// Stops at once, for what is no image's fault: next() throws `error` from now on, and does not
  /// wait for jobs that may never run.
  void break_off(std::exception_ptr error) noexcept;

  struct Delivery {
    const Batch* batch = nullptr;  // none: the end
    std::size_t cell = 0;
    std::vector<FailedSample> failures = {};  // of the plan, with its first batch
  };
  /// Waits for the next batch. Throws as Flow::next().
  [[nodiscard]] Delivery next();
  /// Takes a batch back; the cell, if that makes it free for another plan.
  [[nodiscard]] Cell* give_back(const Delivery& delivery);

  /// next() gives nothing from now on; bodies look at stopped() and return.
  void cancel();
  [[nodiscard]] bool stopped() const noexcept { return stopped_.load(std::memory_order_acquire); }

  struct Times {
    std::uint64_t batches = 0;
    double starved_s = 0;
    double no_free_slot_s = 0;
  };
  [[nodiscard]] Times times() const;

 private:
  using Clock = std::chrono::steady_clock;
  friend class StagedBatch;
  void staged(std::size_t cell, const Batch& batch) noexcept;
  void feed_stage() noexcept;
  [[nodiscard]] std::optional<StagedBatch> next_to_stage();
  [[nodiscard]] bool deliverable(const Cell& cell) const;
  [[nodiscard]] bool decided() const;
  [[nodiscard]] bool workers_idle() const { return !ended_ && free_ + filling_ == 0; }
  void note_idleness();
  [[nodiscard]] Delivery deliver();
  [[nodiscard]] static std::vector<FailedSample> failures_of(Cell& cell);
  void stop_for(const std::optional<Error>& failure);

  BatchStage* stage_;
  std::mutex feeding_stage_;  // keeps the order of what is given to it; taken before mutex_
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::unique_ptr<Cell>> cells_;
  std::deque<Cell*> order_;  // planned, with batches not yet delivered
  std::size_t free_;         // cells without a plan
  std::size_t filling_ = 0;  // cells with jobs to do
  bool ended_ = false;
  std::exception_ptr end_error_;
  std::vector<FailedSample> end_failures_;
  FailureLimit limit_;
  std::optional<Error> failure_;  // thrown once: and again from then on
  std::exception_ptr fatal_;      // the same, of break_off()
  std::atomic<bool> stopped_{false};

  std::uint64_t batches_ = 0;
  Clock::duration starved_{};
  Clock::duration idle_{};
  std::optional<Clock::time_point> idle_since_;
};

}  // namespace vggflow
