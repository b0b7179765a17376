#pragma once

#include <string>
#include <vector>

#include "base/export.h"
#include "base/span_log.h"

namespace vggflow {

/// Spans in Chrome's trace format, for chrome://tracing or Perfetto: a row for each TimedSpan::row,
/// in the order of their first spans; times are microseconds after the first of all begins.
[[nodiscard]] VGGFLOW_API std::string to_chrome_trace(std::vector<TimedSpan> spans);

}  // namespace vggflow
