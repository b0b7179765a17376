#include "experiments/training/progress.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "base/log.h"
#include "experiments/training/progress_line.h"

namespace vggflow {
namespace {

constexpr std::chrono::milliseconds kTerminalInterval{200};
constexpr std::chrono::seconds kPlainInterval{10};
constexpr std::size_t kUsualColumns = 80;  // of a terminal that does not tell

/// One whose lines can be rewritten.
bool is_terminal() {
  const char* kind = std::getenv("TERM");
  return ::isatty(STDERR_FILENO) == 1 && kind != nullptr && *kind != '\0' &&
         std::string_view(kind) != "dumb";
}

/// Asked anew for every line: windows change their size. The last column stays free: some
/// terminals go to the next line once it is written.
std::size_t columns() {
  winsize size{};
  if (::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return kUsualColumns - 1;
  return size.ws_col - std::size_t{1};
}

std::string clock_text(double seconds) {
  const auto whole = static_cast<long>(seconds + 0.5);
  char text[32];
  std::snprintf(text, sizeof text, "%ld:%02ld:%02ld", whole / 3600, whole / 60 % 60, whole % 60);
  return text;
}

}  // namespace

Progress::Progress(std::string title, std::uint64_t total, bool quiet, std::uint64_t already)
    : title_(std::move(title)),
      total_(total),
      quiet_(quiet),
      already_(already),
      terminal_(is_terminal()) {}

Progress::~Progress() {
  if (shown_ && terminal_) end_status_line();
}

std::string Progress::remaining(std::uint64_t done) const {
  if (done >= total_) return clock_text(0);
  if (done <= already_) return "?";
  const std::chrono::duration<double> spent = Clock::now() - started_;
  return clock_text(spent.count() * static_cast<double>(total_ - done) /
                    static_cast<double>(done - already_));
}

void Progress::show(std::uint64_t done, const std::string& text) {
  const auto now = Clock::now();
  const bool due = done == total_ || !shown_ ||
                   (terminal_ ? now - last_ >= kTerminalInterval : now - last_ >= kPlainInterval);
  if (quiet_ || !due) return;
  shown_ = true;
  last_ = now;
  const ProgressFacts facts{title_, done, total_, text, remaining(done)};
  if (terminal_) {
    show_status_line(progress_line(facts, columns()));
  } else {
    std::fputs((plain_progress(facts) + "\n").c_str(), stderr);
  }
}

}  // namespace vggflow
