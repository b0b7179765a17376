#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <map>
#include <memory>
#include <memory_resource>
#include <mutex>
#include <optional>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "base/batch.h"
#include "base/error.h"
#include "pipeline/dataset.h"
#include "pipeline/flow.h"
#include "pipeline/planner.h"
#include "pipeline/sample.h"
#include "pipeline/stage.h"

namespace vggflow {

/// A pool keeps what an image needs up to that size: a crop, a picture of 1.4 million pixels. What
/// is larger is asked for and given back each time.
inline constexpr std::pmr::pool_options kSampleMemory{.max_blocks_per_chunk = 1,
                                                      .largest_required_pool_block = 4 << 20};

/// One job on its way through the nodes, with the memory it needs.
struct Task {
  std::size_t cell = 0;
  const Job* job = nullptr;
  std::span<const Destination> destinations;                     // the job's
  std::vector<Batch>* batches = nullptr;                         // where they are
  std::uint64_t id = 0;                                          // the job's, or its substitute's
  std::pmr::unsynchronized_pool_resource memory{kSampleMemory};  // of the samples
  std::vector<std::byte> encoded;
  std::vector<Sample> samples;  // one; one a destination once the picture is shared out
  std::optional<FailedSample> failure;
  std::vector<FailedSample> failures;  // once settled: its own image's, then its substitutes'
};

/// Where in the flow's order an image was wanted.
struct FailurePlace {
  std::uint32_t epoch = 0;
  std::uint64_t position = 0;  // of the job
  int attempt = 0;             // 0: its own image, then its substitutes
  friend auto operator<=>(const FailurePlace&, const FailurePlace&) = default;
};

/// Every failure of a flow, each image once: that of the least place, whichever came first in time.
class FailureLog {
 public:
  /// `on_new` is told of each image when it first fails, under a lock.
  explicit FailureLog(std::function<void(const FailedSample&)> on_new = {})
      : on_new_(std::move(on_new)) {}
  void add(const FailedSample& failure, const FailurePlace& place);
  [[nodiscard]] std::vector<FailedSample> all() const;  // sorted by id

 private:
  struct Entry {
    FailurePlace place;
    FailedSample failure;
  };
  std::function<void(const FailedSample&)> on_new_;
  mutable std::mutex mutex_;
  std::map<std::uint64_t, Entry> failures_;
};

using Substitute = std::function<std::optional<std::uint64_t>(const Job&, int attempt)>;

/// What the nodes do to a task, and nothing of graphs. What one image causes becomes the task's
/// failure, and a task that has failed is passed on untouched. std::bad_alloc is nobody's fault and
/// the one exception that leaves a method.
class JobRunner {
 public:
  JobRunner(const Dataset& dataset, StageList stages, std::vector<View> views,
            const FlowOptions& options, Substitute substitute);

  [[nodiscard]] const StageList& stages() const { return stages_; }
  [[nodiscard]] const FailureLog& failures() const { return failures_; }
  [[nodiscard]] FailureLog& failures() { return failures_; }

  void read(Task& task) const;
  void stage(std::size_t index, Task& task) const;
  /// Writes the samples into their slots.
  void render(Task& task) const;
  /// Applies the policy to a failed task: its slots end as a substitute's or as zeros. An error
  /// if the flow must stop for it.
  [[nodiscard]] std::optional<Error> settle(Task& task);

 private:
  static constexpr int kMostSubstitutes = 16;
  template <class Work>
  void attempt(Task& task, std::string_view step, Work&& work) const;
  void share_out(Task& task) const;
  void fill_slot(const Sample& sample, const Destination& destination, Batch& batch) const;
  void clear_slots(const Task& task) const;
  void note(Task& task, int attempt);
  [[nodiscard]] int try_substitutes(Task& task);

  const Dataset& dataset_;
  StageList stages_;
  std::size_t shared_stages_;  // run once a picture, the rest once a view
  std::vector<View> views_;
  FlowOptions options_;
  Substitute substitute_;
  FailureLog failures_;
};

}  // namespace vggflow
