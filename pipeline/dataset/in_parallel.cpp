#include "pipeline/dataset/in_parallel.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

namespace vggflow {
namespace {

constexpr std::size_t kThreads = 16;  // reads that a disk can have waiting at once

class Round {
 public:
  Round(std::size_t count, const std::function<void(std::size_t)>& task)
      : count_(count), task_(task), first_failed_(count) {}

  /// Numbers are taken in order, so every one below a failed one is run.
  void work() {
    for (std::size_t i = next_++; i < first_failed_; i = next_++) {
      try {
        task_(i);
      } catch (...) {
        const std::lock_guard lock(mutex_);
        if (i >= first_failed_) continue;
        first_failed_ = i;
        failure_ = std::current_exception();
      }
    }
  }

  void finish() const {
    if (first_failed_ < count_) std::rethrow_exception(failure_);
  }

 private:
  std::size_t count_;
  const std::function<void(std::size_t)>& task_;
  std::atomic<std::size_t> next_ = 0;
  std::atomic<std::size_t> first_failed_;
  std::mutex mutex_;
  std::exception_ptr failure_;
};

}  // namespace

void in_parallel(std::size_t count, const std::function<void(std::size_t)>& task) {
  Round round(count, task);
  {
    std::vector<std::jthread> threads;
    for (std::size_t t = 1; t < std::min(count, kThreads); ++t) {
      threads.emplace_back([&] { round.work(); });
    }
    round.work();
  }
  round.finish();
}

}  // namespace vggflow
