#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/batch.h"
#include "base/export.h"
#include "base/span_log.h"
#include "pipeline/batch_stage.h"
#include "pipeline/dataset.h"
#include "pipeline/planner.h"
#include "pipeline/stage.h"
#include "pipeline/statistics.h"

namespace vggflow {

/// What happens to a sample that cannot be read, decoded or staged.
enum class OnError {
  fail,        ///< next() throws an Error with the file, the stage and the reason
  skip,        ///< its slots are zeros and weigh 0
  substitute,  ///< the next ids in the epoch's order, at most 16 tries, then `fail`
};

struct FlowOptions {
  std::uint64_t seed = 0;
  int workers = 1;   ///< threads that run nodes
  int prefetch = 2;  ///< plans in flight, the consumer's included; >= 1
  OnError on_error = OnError::fail;
  /// Distinct images that may fail; with one more, next() throws an Error that says so, at the
  /// batch which that image was meant for. None: any number.
  std::optional<std::uint64_t> max_errors = {};
  std::vector<FailedSample> failed_before =
      {};  ///< count towards it: of a flow that this continues
  /// Told of each image that failed, once, when it first does; by any worker, one at a time.
  std::function<void(const FailedSample&)> on_failure = {};
  /// Makes the stage that full batches go through on their way to the consumer; none: they go
  /// straight.
  MakeBatchStage batch_stage = {};
  std::shared_ptr<SpanLog> spans = {};  ///< told of all that nodes and stages do; none: nobody is
};

class FlowCells;
class Flow;

/// A full batch in the consumer's hands; giving it back (destruction) frees its memory for the
/// next. It may outlive its flow; until then it is the consumer thread's.
class VGGFLOW_API BatchLease {
 public:
  BatchLease() = default;
  BatchLease(BatchLease&& other) noexcept;
  BatchLease& operator=(BatchLease&& other) noexcept;
  ~BatchLease();

  [[nodiscard]] explicit operator bool() const { return batch_ != nullptr; }
  [[nodiscard]] const Batch& operator*() const { return *batch_; }
  [[nodiscard]] const Batch* operator->() const { return batch_; }
  /// With the first batch of a plan: all images that failed in it, in the order of its jobs, each
  /// before its substitutes. They may have failed before.
  [[nodiscard]] const std::vector<FailedSample>& failures() const { return failures_; }
  void release() noexcept;

 private:
  friend class Flow;
  BatchLease(Flow& flow, std::shared_ptr<FlowCells> cells, const Batch& batch, std::size_t cell,
             std::vector<FailedSample> failures)
      : flow_(&flow),
        cells_(std::move(cells)),
        batch_(&batch),
        cell_(cell),
        failures_(std::move(failures)) {}
  Flow* flow_ = nullptr;              // looked at only while its cells are not stopped
  std::shared_ptr<FlowCells> cells_;  // hold the batch
  const Batch* batch_ = nullptr;
  std::size_t cell_ = 0;
  std::vector<FailedSample> failures_;
};

/// The oneTBB flow graph: read -> one node per stage -> render, into batch slots whose places are
/// known in advance. Fed by released batches, so memory is bounded by `prefetch` plans plus one
/// sample per worker, whatever the consumer does. Batches are the same bytes for any number of
/// workers and any prefetch.
///
/// With a batch stage, full batches go through it, in order, and next() gives what it is done with.
/// It has those of `prefetch` plans at most, the consumer's included; an error of it ends the flow.
///
/// Where a job's destinations have views, the stages up to the first geometry one run once a
/// picture and the rest once a view.
///
/// One consumer thread calls next(), statistics() and the destructor; cancel() may come from any.
class VGGFLOW_API Flow {
 public:
  /// Starts at once. `dataset` outlives the flow.
  Flow(const Dataset& dataset, StageList stages, std::unique_ptr<Planner> planner,
       const FlowOptions& options);
  /// Cancels; waits for the samples being worked on, not for those planned.
  ~Flow();
  Flow(const Flow&) = delete;
  Flow& operator=(const Flow&) = delete;

  /// The next batch in the planner's order, complete; an empty lease at the end or once cancelled.
  /// Leases may overlap; with every planned batch on lease, the next call would wait for ever and
  /// throws Error (usage) instead. Throws the first failure under OnError::fail.
  [[nodiscard]] BatchLease next();

  /// Stops planning and drops what is queued; next() returns an empty lease from then on.
  void cancel();

  [[nodiscard]] FlowStatistics statistics() const;
  /// Failures so far, sorted by id, each once.
  [[nodiscard]] std::vector<FailedSample> failures() const;

 private:
  friend class BatchLease;
  void offer(std::size_t cell) noexcept;
  class Graph;
  std::unique_ptr<Graph> graph_;
};

}  // namespace vggflow
