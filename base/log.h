#pragma once

#include <string>

#include "base/export.h"

namespace vggflow {

/// Messages to people, on standard error, one line each. Safe from any thread.
VGGFLOW_API void log_info(const std::string& message);
VGGFLOW_API void log_warning(const std::string& message);

/// Only warnings and errors from now on (`--quiet`).
VGGFLOW_API void set_quiet(bool quiet);
/// No messages at all from now on: another process of the same work gives them.
VGGFLOW_API void leave_messages_to_another();

/// The last line of a terminal, rewritten in place: a message takes it away and puts it back below
/// itself. What is wider than the terminal is cut, however wide that has become. Safe from any
/// thread.
VGGFLOW_API void show_status_line(const std::string& line);
/// The status line, if there is one, stays as it is, and what follows goes below it.
VGGFLOW_API void end_status_line();

}  // namespace vggflow
