#pragma once

#include <pty.h>
#include <unistd.h>

#include <cstdio>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace vggflow {

/// Standard error is a pseudo-terminal of so many columns while this lives.
class PseudoTerminal {
 public:
  explicit PseudoTerminal(unsigned short columns) {
    const winsize size{.ws_row = 24, .ws_col = columns, .ws_xpixel = 0, .ws_ypixel = 0};
    if (::openpty(&outer_, &inner_, nullptr, nullptr, &size) != 0) {
      throw std::runtime_error("there is no pseudo-terminal");
    }
    saved_ = ::dup(STDERR_FILENO);
    ::dup2(inner_, STDERR_FILENO);
    // It holds only so much: what is written has to be read meanwhile.
    reader_ = std::thread([this] {
      char bytes[4096];
      for (ssize_t n = 0; (n = ::read(outer_, bytes, sizeof bytes)) > 0;) {
        written_.append(bytes, static_cast<std::size_t>(n));
      }
    });
  }
  ~PseudoTerminal() {
    if (reader_.joinable()) (void)output();
    ::close(outer_);
  }
  PseudoTerminal(const PseudoTerminal&) = delete;
  PseudoTerminal& operator=(const PseudoTerminal&) = delete;

  void resize(unsigned short columns) const {
    const winsize size{.ws_row = 24, .ws_col = columns, .ws_xpixel = 0, .ws_ypixel = 0};
    ::ioctl(outer_, TIOCSWINSZ, &size);
  }
  /// Standard error is again what it was; all that the terminal got.
  [[nodiscard]] std::string output() {
    ::dup2(saved_, STDERR_FILENO);
    ::close(saved_);
    ::close(inner_);
    reader_.join();
    return written_;
  }

 private:
  int outer_ = -1;
  int inner_ = -1;
  int saved_ = -1;
  std::string written_;
  std::thread reader_;
};

/// What stands on a terminal that got these bytes: carriage return, line feed, "clear to the end of
/// the line" and automatic margins on and off, as ECMA-48 and DEC's VT100 say. A code point is one
/// column, and '?' where it is not ASCII.
class Screen {
 public:
  Screen(std::size_t columns, std::string_view bytes) : columns_(columns) {
    while (!bytes.empty()) bytes.remove_prefix(take(bytes));
  }
  /// Without the blanks at their ends; the last one is where the cursor is.
  [[nodiscard]] std::vector<std::string> lines() const {
    std::vector<std::string> lines = lines_;
    for (std::string& line : lines) line.erase(line.find_last_not_of(' ') + 1);
    return lines;
  }
  [[nodiscard]] bool wraps() const { return wraps_; }
  /// Lines that went over the right edge.
  [[nodiscard]] int wrapped() const { return wrapped_; }

 private:
  std::size_t take(std::string_view bytes) {
    if (bytes.starts_with("\033[K")) return lines_.back().resize(column_), 3;
    if (bytes.starts_with("\033[?7l")) return wraps_ = false, 5;
    if (bytes.starts_with("\033[?7h")) return wraps_ = true, 5;
    if (bytes.front() == '\r') return column_ = 0, 1;
    if (bytes.front() == '\n') return lines_.emplace_back(), 1;  // the terminal adds the return
    if (static_cast<unsigned char>(bytes.front()) < 32) throw std::runtime_error("unknown control");
    const bool continues = (static_cast<unsigned char>(bytes.front()) & 0xC0U) == 0x80U;
    if (!continues) put(static_cast<signed char>(bytes.front()) < 0 ? '?' : bytes.front());
    return 1;
  }
  void put(char c) {
    if (column_ == columns_ && wraps_) {
      lines_.emplace_back();
      column_ = 0;
      ++wrapped_;
    }
    if (column_ == columns_) --column_;
    if (lines_.back().size() <= column_) lines_.back().resize(column_ + 1, ' ');
    lines_.back()[column_++] = c;
  }

  std::size_t columns_;
  std::size_t column_ = 0;
  bool wraps_ = true;
  int wrapped_ = 0;
  std::vector<std::string> lines_{""};
};

}  // namespace vggflow
