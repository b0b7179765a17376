#pragma once

#include <mpi.h>

#include <array>
#include <cstddef>
#include <deque>
#include <span>
#include <vector>

namespace vggflow {

/// Where one array lies on its way round the ring: cut into as many chunks as there are processes.
/// In the steps 0 ... n-2 partial sums go round, each process adding its own values to the chunk
/// that arrives; then rank r holds the whole sum of chunk r+1, and in the steps n-1 ... 2n-3 the
/// sums go round. (Patarasuk and Yuan, Bandwidth optimal all-reduce algorithms for clusters of
/// workstations, 2009.)
struct RingPlan {
  int rank = 0;
  int size = 1;
  std::size_t count = 0;

  struct Chunk {
    std::size_t begin = 0, count = 0;
  };
  [[nodiscard]] Chunk chunk(int which) const;  ///< modulo the number of processes
  [[nodiscard]] int steps() const { return 2 * (size - 1); }
  [[nodiscard]] bool adds(int step) const { return step < size - 1; }
  [[nodiscard]] Chunk sent(int step) const { return chunk(rank - step); }
  [[nodiscard]] Chunk received(int step) const { return chunk(rank - step - 1); }
};

/// Sums arrays over all processes, in place: the same bits in all of them and from run to run.
///
/// MPI only recommends that of MPI_Allreduce (MPI 3.1, 5.9.1), and Open MPI chooses the order of
/// additions by the number of values, by where the processes are, and by whichever component is
/// installed. Here it is fixed: chunk c is x(c) + x(c+1) + ... + x(c-1), by ranks modulo their
/// number, however and wherever they run.
class RingSum {
 public:
  /// `ring`: for these sums alone.
  explicit RingSum(MPI_Comm ring);

  void start(std::span<float> values);
  /// Ends all that were started.
  void finish();

 private:
  struct Piece {
    std::span<float> values;
    RingPlan plan;
    int tag = 0;
    int step = 0;
    std::vector<float> arrived = {};
    std::array<MPI_Request, 2> requests = {MPI_REQUEST_NULL, MPI_REQUEST_NULL};
  };
  void fill();
  void post(Piece& piece);
  [[nodiscard]] bool advance(Piece& piece);

  MPI_Comm ring_;
  int rank_ = 0;
  int size_ = 1;
  int next_tag_ = 0;
  std::deque<Piece> waiting_;
  std::deque<Piece> under_way_;
};

}  // namespace vggflow
