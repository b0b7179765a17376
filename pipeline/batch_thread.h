#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>

#include "base/export.h"
#include "pipeline/batch_stage.h"

namespace vggflow {

/// A stage that is one thread of its own, which may wait: batches one after the other, in order. An
/// exception that leaves the work ends the flow.
class VGGFLOW_API BatchThread final : public BatchStage {
 public:
  /// What is done to a batch. Called by that thread, but for the first two and stop().
  class Work {
   public:
    virtual ~Work() = default;
    [[nodiscard]] virtual std::string_view name() const = 0;  ///< in statistics: "upload"
    [[nodiscard]] virtual bool takes_cuts() const { return false; }
    /// Waits until apply() can begin at once.
    virtual void make_room() {}
    virtual void apply(Batch& batch) = 0;
    /// Ends a wait, now or later, by an exception if need be.
    virtual void stop() noexcept {}
  };

  explicit BatchThread(std::unique_ptr<Work> work, std::shared_ptr<SpanLog> spans = {});
  ~BatchThread() override;

  void start(StagedBatch&& batch) override;
  [[nodiscard]] bool takes_cuts() const override { return work_->takes_cuts(); }
  [[nodiscard]] NodeStatistics statistics() const override;

 private:
  [[nodiscard]] std::optional<StagedBatch> next();
  void run() noexcept;
  void work_on(StagedBatch& batch);

  std::unique_ptr<Work> work_;
  std::shared_ptr<SpanLog> spans_;
  std::atomic<std::uint64_t> samples_{0};
  std::atomic<std::int64_t> busy_ns_{0};
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<StagedBatch> waiting_;
  bool stopped_ = false;
  std::thread thread_;  // last: it uses all the others
};

}  // namespace vggflow
