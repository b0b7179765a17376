#include "experiments/training/progress.h"

#include <unistd.h>

#include <cstdio>

namespace vggflow {
namespace {

constexpr std::chrono::milliseconds kTerminalInterval{200};
constexpr std::chrono::seconds kPlainInterval{10};

std::string clock_text(double seconds) {
  const auto whole = static_cast<long>(seconds + 0.5);
  char text[32];
  std::snprintf(text, sizeof text, "%ld:%02ld:%02ld", whole / 3600, whole / 60 % 60, whole % 60);
  return text;
}

}  // namespace

Progress::Progress(std::string title, std::uint64_t total, bool quiet)
    : title_(std::move(title)),
      total_(total),
      quiet_(quiet),
      terminal_(::isatty(STDERR_FILENO) == 1) {}

Progress::~Progress() {
  if (shown_ && terminal_) std::fputc('\n', stderr);
}

std::string Progress::remaining(std::uint64_t done) const {
  if (done == 0) return "?";
  const std::chrono::duration<double> spent = Clock::now() - started_;
  return clock_text(spent.count() * static_cast<double>(total_ - done) / static_cast<double>(done));
}

void Progress::show(std::uint64_t done, const std::string& text) {
  const auto now = Clock::now();
  const bool due = done == total_ || !shown_ ||
                   (terminal_ ? now - last_ >= kTerminalInterval : now - last_ >= kPlainInterval);
  if (quiet_ || !due) return;
  shown_ = true;
  last_ = now;
  std::fprintf(stderr, "%s%s  %llu/%llu  %s  ETA %s%s", terminal_ ? "\r\033[K" : "", title_.c_str(),
               static_cast<unsigned long long>(done), static_cast<unsigned long long>(total_),
               text.c_str(), remaining(done).c_str(), terminal_ ? "" : "\n");
  std::fflush(stderr);
}

}  // namespace vggflow
