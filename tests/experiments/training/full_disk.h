#pragma once

#include <sys/resource.h>

#include <csignal>

namespace vggflow::testing {

/// A disk that takes no file longer than so many bytes, for this process. Writing more fails, as on
/// a full one.
class FullDisk {
 public:
  FullDisk() : handler_(std::signal(SIGXFSZ, SIG_IGN)) { ::getrlimit(RLIMIT_FSIZE, &before_); }
  ~FullDisk() {
    has_room();
    std::signal(SIGXFSZ, handler_);
  }
  FullDisk(const FullDisk&) = delete;
  FullDisk& operator=(const FullDisk&) = delete;

  void takes_only(rlim_t bytes) const {
    struct rlimit limit = before_;
    limit.rlim_cur = bytes;
    ::setrlimit(RLIMIT_FSIZE, &limit);
  }
  void has_room() const { ::setrlimit(RLIMIT_FSIZE, &before_); }

 private:
  void (*handler_)(int);
  struct rlimit before_ {};
};

}  // namespace vggflow::testing
