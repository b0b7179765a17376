#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "base/export.h"
#include "pipeline/dataset.h"
#include "pipeline/planner.h"

namespace vggflow {

struct PassOptions {
  int workers = 1;                          ///< threads that work; >= 1
  const std::atomic<bool>* stop = nullptr;  ///< once true, no more images are begun
  /// Told after each image how many were taken, and of how many.
  std::function<void(std::uint64_t, std::uint64_t)> on_progress = {};
};

/// What a pass does with each image; `slot` is which of the images now on their way it is. Use
/// pass_over().
class PassBody {
 public:
  virtual ~PassBody() = default;
  /// Slots are numbers from 0 to slots - 1.
  virtual void prepare(std::size_t slots) = 0;
  /// Any thread; what it throws is that image's failure.
  virtual void work(std::size_t slot, std::uint64_t id, std::span<const std::byte> encoded) = 0;
  /// One thread at a time, in order.
  virtual void take(std::size_t slot, std::uint64_t id, std::optional<FailedSample> failure) = 0;
};

/// Takes these images of a data set through `body`. Returns how many were taken: all, or the first
/// ones if stopped; what was begun is always taken.
VGGFLOW_API std::uint64_t run_pass(const Dataset& dataset, std::span<const std::uint64_t> ids,
                                   const PassOptions& options, PassBody& body);

/// One parallel pass over images of a data set: `work(id, encoded) -> Result` by many threads,
/// `take(id, Result, std::optional<FailedSample>)` by one at a time in the order of `ids`, whatever
/// the number of workers. An image that cannot be read or makes `work` throw is a failure, a value
/// like any other; std::bad_alloc and what `take` throws end the pass and leave it. Memory is
/// bounded by four images and results a worker. Returns as run_pass().
template <class Result, class Work, class Take>
std::uint64_t pass_over(const Dataset& dataset, std::span<const std::uint64_t> ids,
                        const PassOptions& options, Work work, Take take) {
  class Body final : public PassBody {
   public:
    Body(Work& work, Take& take) : work_(work), take_(take) {}
    void prepare(std::size_t slots) override { results_.resize(slots); }
    void work(std::size_t slot, std::uint64_t id, std::span<const std::byte> encoded) override {
      results_[slot] = work_(id, encoded);
    }
    void take(std::size_t slot, std::uint64_t id, std::optional<FailedSample> failure) override {
      take_(id, std::exchange(results_[slot], {}), std::move(failure));
    }

   private:
    Work& work_;
    Take& take_;
    std::vector<Result> results_;
  };
  Body body(work, take);
  return run_pass(dataset, ids, options, body);
}

/// The ids of all images.
[[nodiscard]] VGGFLOW_API std::vector<std::uint64_t> all_ids(const Dataset& dataset);

}  // namespace vggflow
