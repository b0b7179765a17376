#include "base/log.h"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <cstdio>
#include <mutex>

namespace vggflow {
namespace {

// Of every terminal that is not dumb (ECMA-48; automatic margins as in DEC's VT100).
constexpr const char* kClearLine = "\r\033[K";
constexpr const char* kNoWrap = "\033[?7l";
constexpr const char* kWrap = "\033[?7h";

/// Messages and the status line take turns.
class Terminal {
 public:
  void message(spdlog::level::level_enum level, const std::string& text) {
    const std::lock_guard lock(turn_);
    if (!logger_.should_log(level)) return;
    if (!status_.empty()) write(kClearLine);
    logger_.log(level, "{}", text);
    draw_status();
  }
  void show_status(const std::string& line) {
    const std::lock_guard lock(turn_);
    status_ = line;
    draw_status();
  }
  void end_status() {
    const std::lock_guard lock(turn_);
    if (!status_.empty()) write("\n");
    status_.clear();
  }
  void set_level(spdlog::level::level_enum level) { logger_.set_level(level); }

 private:
  void draw_status() {
    if (!status_.empty()) write(kClearLine + std::string(kNoWrap) + status_ + kWrap);
  }
  /// At once: a terminal never shows half a line.
  static void write(const std::string& text) { std::fwrite(text.data(), 1, text.size(), stderr); }

  static spdlog::logger made_logger() {
    spdlog::logger made("vggflow", std::make_shared<spdlog::sinks::stderr_sink_mt>());
    made.set_pattern("%v");
    return made;
  }

  std::mutex turn_;
  spdlog::logger logger_ = made_logger();
  std::string status_;
};

Terminal& terminal() {
  static Terminal instance;
  return instance;
}

}  // namespace

void log_info(const std::string& message) { terminal().message(spdlog::level::info, message); }
void log_warning(const std::string& message) {
  terminal().message(spdlog::level::warn, "warning: " + message);
}
void set_quiet(bool quiet) {
  terminal().set_level(quiet ? spdlog::level::warn : spdlog::level::info);
}
void leave_messages_to_another() { terminal().set_level(spdlog::level::off); }
void show_status_line(const std::string& line) { terminal().show_status(line); }
void end_status_line() { terminal().end_status(); }

}  // namespace vggflow
