#include "base/span_log.h"

#include <iterator>
#include <new>
#include <utility>

namespace vggflow {

void SpanLog::add(std::string_view row, std::string_view name, Clock::time_point begin,
                  Clock::time_point end) noexcept {
  try {
    TimedSpan span{std::string(row), std::string(name), begin, end};
    const std::lock_guard lock(mutex_);
    spans_.push_back(std::move(span));
  } catch (const std::bad_alloc&) {
  }
}

void SpanLog::add(std::vector<TimedSpan> spans) noexcept {
  try {
    const std::lock_guard lock(mutex_);
    spans_.insert(spans_.end(), std::make_move_iterator(spans.begin()),
                  std::make_move_iterator(spans.end()));
  } catch (const std::bad_alloc&) {
  }
}

std::vector<TimedSpan> SpanLog::take() {
  const std::lock_guard lock(mutex_);
  return std::exchange(spans_, {});
}

}  // namespace vggflow
