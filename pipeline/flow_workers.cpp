#include "pipeline/flow_workers.h"

#include <tbb/global_control.h>

#include <memory>
#include <mutex>

namespace vggflow {
namespace {

class Limit {
 public:
  void change(int by) {
    const std::lock_guard lock(mutex_);
    workers_ += by;
    if (workers_ == 0) return control_.reset();
    // One more than the workers: TBB counts the thread that waits for them.
    const auto threads = static_cast<std::size_t>(workers_) + 1;
    control_ = std::make_unique<tbb::global_control>(tbb::global_control::max_allowed_parallelism,
                                                     threads);
  }

 private:
  std::mutex mutex_;
  int workers_ = 0;
  std::unique_ptr<tbb::global_control> control_;
};

Limit& limit() {
  static Limit limit;
  return limit;
}

}  // namespace

WorkerAllowance::WorkerAllowance(int workers) : workers_(workers) { limit().change(workers); }

WorkerAllowance::~WorkerAllowance() { limit().change(-workers_); }

}  // namespace vggflow
