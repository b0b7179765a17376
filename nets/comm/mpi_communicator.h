#pragma once

#include <mpi.h>

#include <memory>

#include "base/unique_handle.h"
#include "nets/comm/communicator.h"
#include "nets/comm/ring_sum.h"

namespace vggflow {

/// MPI from its start to its end: one in a process.
class MpiSession {
 public:
  /// One thread calls MPI, beside others that do not. Error (system) where this MPI has no such
  /// mode.
  MpiSession();
  /// Waits for all processes.
  ~MpiSession();
  MpiSession(const MpiSession&) = delete;
  MpiSession& operator=(const MpiSession&) = delete;
};

struct MpiGroupTraits {
  using Handle = MPI_Comm;
  static Handle none() { return MPI_COMM_NULL; }
  static void close(Handle group) noexcept { MPI_Comm_free(&group); }
};
using MpiGroup = UniqueHandle<MpiGroupTraits>;

/// The processes that MPI connects. Sums are those of RingSum or in the order of ranks. Waiting
/// leaves the cores to others.
class MpiCommunicator final : public Communicator {
 public:
  MpiCommunicator();

  [[nodiscard]] int rank() const override { return rank_; }
  [[nodiscard]] int size() const override { return size_; }
  [[nodiscard]] std::vector<int> neighbours() const override { return neighbours_; }
  void start_sum(std::span<float> values) override { sums_->start(values); }
  void wait() override { sums_->finish(); }
  void sum(std::span<double> values) override;
  void barrier() override;
  [[nodiscard]] std::vector<std::string> gather(const std::string& mine) override;
  [[nodiscard]] bool all_end() override;
  void abort(int exit_code) override;

 private:
  void find_neighbours();

  MpiSession session_;
  MpiGroup all_;   // for collectives
  MpiGroup ring_;  // for sums_
  MpiGroup end_;   // for all_end(): whoever comes there may have left the others in a collective
  int rank_ = 0;
  int size_ = 1;
  std::vector<int> neighbours_;
  std::unique_ptr<RingSum> sums_;
};

}  // namespace vggflow
