#pragma once

namespace vggflow {

/// Lets TBB run `workers` more threads while it lives, whatever the number of cores. TBB's own
/// limit is one for the process and the smallest request wins, so flows that live together share
/// one request for the sum.
class WorkerAllowance {
 public:
  explicit WorkerAllowance(int workers);
  ~WorkerAllowance();
  WorkerAllowance(const WorkerAllowance&) = delete;
  WorkerAllowance& operator=(const WorkerAllowance&) = delete;

 private:
  int workers_;
};

}  // namespace vggflow
