#include "pipeline/batch_thread.h"

#include <chrono>
#include <utility>

namespace vggflow {

BatchThread::BatchThread(std::unique_ptr<Work> work, std::shared_ptr<SpanLog> spans)
    : work_(std::move(work)), spans_(std::move(spans)), thread_([this] { run(); }) {}

BatchThread::~BatchThread() {
  {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
    changed_.notify_all();
  }
  work_->stop();
  thread_.join();
}

void BatchThread::start(StagedBatch&& batch) {
  const std::lock_guard lock(mutex_);
  waiting_.push_back(std::move(batch));
  changed_.notify_all();
}

NodeStatistics BatchThread::statistics() const {
  return {std::string(work_->name()), samples_, 1e-9 * static_cast<double>(busy_ns_)};
}

std::optional<StagedBatch> BatchThread::next() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return stopped_ || !waiting_.empty(); });
  if (stopped_) return std::nullopt;
  std::optional<StagedBatch> batch(std::move(waiting_.front()));
  waiting_.pop_front();
  return batch;
}

void BatchThread::run() noexcept {
  while (std::optional<StagedBatch> batch = next()) {
    try {
      work_on(*batch);
    } catch (...) {  // the consumer is thrown it
      batch->fail(std::current_exception());
    }
  }
}

void BatchThread::work_on(StagedBatch& batch) {
  work_->make_room();
  const auto began = SpanLog::Clock::now();
  work_->apply(*batch);
  const auto ended = SpanLog::Clock::now();
  if (spans_) spans_->add(work_->name(), work_->name(), began, ended);
  busy_ns_ += std::chrono::nanoseconds(ended - began).count();
  samples_ += static_cast<std::uint64_t>(batch->shape.slots);
  batch.hand_on();
}

}  // namespace vggflow
