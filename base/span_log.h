#pragma once

#include <chrono>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "base/export.h"

namespace vggflow {

/// What one row of a timeline, a thread or a stream, did from `begin` to `end`.
struct TimedSpan {
  using Clock = std::chrono::steady_clock;
  std::string row;   ///< "worker 2", "upload", "training"
  std::string name;  ///< "render"
  Clock::time_point begin;
  Clock::time_point end;
};

/// Collects spans from all threads.
class VGGFLOW_API SpanLog {
 public:
  using Clock = TimedSpan::Clock;

  /// A span that there is no memory for is left out.
  void add(std::string_view row, std::string_view name, Clock::time_point begin,
           Clock::time_point end) noexcept;
  void add(std::vector<TimedSpan> spans) noexcept;
  /// All since the last call, in the order in which they were added.
  [[nodiscard]] std::vector<TimedSpan> take();

 private:
  std::mutex mutex_;
  std::vector<TimedSpan> spans_;
};

/// Adds a span from here to its destruction, if there is a log. The names outlive it.
class SpanScope {
 public:
  SpanScope(SpanLog* log, std::string_view row, std::string_view name)
      : log_(log), row_(row), name_(name) {
    if (log_ != nullptr) begin_ = SpanLog::Clock::now();
  }
  ~SpanScope() {
    if (log_ != nullptr) log_->add(row_, name_, begin_, SpanLog::Clock::now());
  }
  SpanScope(const SpanScope&) = delete;
  SpanScope& operator=(const SpanScope&) = delete;

 private:
  SpanLog* log_;
  std::string_view row_;
  std::string_view name_;
  SpanLog::Clock::time_point begin_;
};

}  // namespace vggflow
