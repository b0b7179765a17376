#include "nets/comm/ring_sum.h"

#include <algorithm>

#include "nets/comm/mpi_check.h"
#include "nets/comm/mpi_patience.h"

namespace vggflow {
namespace {

// What is on its way while other chunks are added, and the memory that it takes.
constexpr std::size_t kPieceValues = std::size_t{1} << 20;
constexpr std::size_t kMostUnderWay = 8;
constexpr int kTags = 1024;  ///< MPI has at least 32768 of them

void add(std::span<float> sum, const float* values) {
  for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += values[i];
}

}  // namespace

RingPlan::Chunk RingPlan::chunk(int which) const {
  const auto n = static_cast<std::size_t>(size);
  const auto k = static_cast<std::size_t>(((which % size) + size) % size);
  const std::size_t begin = k * count / n;
  return {begin, (k + 1) * count / n - begin};
}

RingSum::RingSum(MPI_Comm ring) : ring_(ring) {
  check_mpi(MPI_Comm_rank(ring_, &rank_), "MPI_Comm_rank");
  check_mpi(MPI_Comm_size(ring_, &size_), "MPI_Comm_size");
}

void RingSum::start(std::span<float> values) {
  for (std::size_t begin = 0; begin < values.size(); begin += kPieceValues) {
    const auto piece = values.subspan(begin, std::min(kPieceValues, values.size() - begin));
    waiting_.push_back(
        {.values = piece, .plan = {rank_, size_, piece.size()}, .tag = next_tag_++ % kTags});
  }
  fill();
}

void RingSum::fill() {
  while (!waiting_.empty() && under_way_.size() < kMostUnderWay) {
    under_way_.push_back(std::move(waiting_.front()));
    waiting_.pop_front();
    post(under_way_.back());
  }
}

/// A chunk that only goes round is received into its place.
void RingSum::post(Piece& piece) {
  const auto sent = piece.plan.sent(piece.step);
  const auto received = piece.plan.received(piece.step);
  float* place = piece.values.data() + received.begin;
  if (piece.plan.adds(piece.step)) {
    piece.arrived.resize(received.count);
    place = piece.arrived.data();
  }
  check_mpi(MPI_Irecv(place, static_cast<int>(received.count), MPI_FLOAT,
                      (rank_ + size_ - 1) % size_, piece.tag, ring_, &piece.requests[0]),
            "MPI_Irecv");
  check_mpi(MPI_Isend(piece.values.data() + sent.begin, static_cast<int>(sent.count), MPI_FLOAT,
                      (rank_ + 1) % size_, piece.tag, ring_, &piece.requests[1]),
            "MPI_Isend");
}

/// True if it has made a step.
bool RingSum::advance(Piece& piece) {
  int done = 0;
  check_mpi(MPI_Testall(2, piece.requests.data(), &done, MPI_STATUSES_IGNORE), "MPI_Testall");
  if (done == 0) return false;
  if (piece.plan.adds(piece.step)) {
    const auto received = piece.plan.received(piece.step);
    add(piece.values.subspan(received.begin, received.count), piece.arrived.data());
  }
  if (++piece.step < piece.plan.steps()) post(piece);
  return true;
}

void RingSum::finish() {
  Patience patience;
  while (!under_way_.empty()) {
    bool moved = false;
    for (Piece& piece : under_way_) moved = advance(piece) || moved;
    std::erase_if(under_way_, [](const Piece& p) { return p.step == p.plan.steps(); });
    fill();
    moved ? patience.renew() : patience.pause();
  }
}

}  // namespace vggflow
