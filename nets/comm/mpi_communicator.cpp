#include "nets/comm/mpi_communicator.h"

#include <chrono>
#include <cstdlib>
#include <numeric>

#include "base/error.h"
#include "nets/comm/mpi_check.h"
#include "nets/comm/mpi_module.h"
#include "nets/comm/mpi_patience.h"

namespace vggflow {
namespace {

/// Errors that end all processes are thrown by all within this time.
constexpr std::chrono::seconds kLastWait{2};

MpiGroup copy_of_world() {
  MPI_Comm group = MPI_COMM_NULL;
  check_mpi(MPI_Comm_dup(MPI_COMM_WORLD, &group), "MPI_Comm_dup");
  return MpiGroup(group);
}

bool is_done(MPI_Request& request) {
  int done = 0;
  check_mpi(MPI_Test(&request, &done, MPI_STATUS_IGNORE), "MPI_Test");
  return done != 0;
}

void wait_for(MPI_Request request) {
  Patience patience;
  while (!is_done(request)) patience.pause();
}

}  // namespace

MpiSession::MpiSession() {
  int provided = MPI_THREAD_SINGLE;
  check_mpi(MPI_Init_thread(nullptr, nullptr, MPI_THREAD_FUNNELED, &provided), "MPI_Init_thread");
  MPI_Comm_set_errhandler(MPI_COMM_WORLD, MPI_ERRORS_RETURN);
  if (provided >= MPI_THREAD_FUNNELED) return;
  MPI_Finalize();
  throw Error(Origin::system,
              "this MPI cannot be called beside other threads; wanted: MPI_THREAD_FUNNELED");
}

MpiSession::~MpiSession() { MPI_Finalize(); }

MpiCommunicator::MpiCommunicator()
    : all_(copy_of_world()), ring_(copy_of_world()), end_(copy_of_world()) {
  check_mpi(MPI_Comm_rank(all_.get(), &rank_), "MPI_Comm_rank");
  check_mpi(MPI_Comm_size(all_.get(), &size_), "MPI_Comm_size");
  find_neighbours();
  sums_ = std::make_unique<RingSum>(ring_.get());
}

void MpiCommunicator::find_neighbours() {
  MPI_Comm group = MPI_COMM_NULL;
  check_mpi(MPI_Comm_split_type(all_.get(), MPI_COMM_TYPE_SHARED, rank_, MPI_INFO_NULL, &group),
            "MPI_Comm_split_type");
  const MpiGroup host(group);
  int count = 0;
  check_mpi(MPI_Comm_size(host.get(), &count), "MPI_Comm_size");
  neighbours_.resize(static_cast<std::size_t>(count));
  check_mpi(MPI_Allgather(&rank_, 1, MPI_INT, neighbours_.data(), 1, MPI_INT, host.get()),
            "MPI_Allgather");
}

/// Added up here: gathering leaves no order to choose.
void MpiCommunicator::sum(std::span<double> values) {
  const auto count = static_cast<int>(values.size());
  std::vector<double> of_all(values.size() * static_cast<std::size_t>(size_));
  MPI_Request request = MPI_REQUEST_NULL;
  check_mpi(MPI_Iallgather(values.data(), count, MPI_DOUBLE, of_all.data(), count, MPI_DOUBLE,
                           all_.get(), &request),
            "MPI_Iallgather");
  wait_for(request);
  for (std::size_t i = 0; i < values.size(); ++i) {
    double sum = 0;
    for (std::size_t k = i; k < of_all.size(); k += values.size()) sum += of_all[k];
    values[i] = sum;
  }
}

void MpiCommunicator::barrier() {
  MPI_Request request = MPI_REQUEST_NULL;
  check_mpi(MPI_Ibarrier(all_.get(), &request), "MPI_Ibarrier");
  wait_for(request);
}

std::vector<std::string> MpiCommunicator::gather(const std::string& mine) {
  const auto bytes = static_cast<int>(mine.size());
  std::vector<int> sizes(static_cast<std::size_t>(size_));
  MPI_Request request = MPI_REQUEST_NULL;
  check_mpi(MPI_Iallgather(&bytes, 1, MPI_INT, sizes.data(), 1, MPI_INT, all_.get(), &request),
            "MPI_Iallgather");
  wait_for(request);
  std::vector<int> begins(sizes.size());
  std::exclusive_scan(sizes.begin(), sizes.end(), begins.begin(), 0);
  std::string text(static_cast<std::size_t>(begins.back() + sizes.back()), '\0');
  check_mpi(MPI_Iallgatherv(mine.data(), bytes, MPI_BYTE, text.data(), sizes.data(), begins.data(),
                            MPI_BYTE, all_.get(), &request),
            "MPI_Iallgatherv");
  wait_for(request);
  std::vector<std::string> of_all;
  for (std::size_t r = 0; r < sizes.size(); ++r) {
    of_all.push_back(
        text.substr(static_cast<std::size_t>(begins[r]), static_cast<std::size_t>(sizes[r])));
  }
  return of_all;
}

bool MpiCommunicator::all_end() {
  MPI_Request request = MPI_REQUEST_NULL;
  if (MPI_Ibarrier(end_.get(), &request) != MPI_SUCCESS) return false;
  Patience patience;
  while (!is_done(request)) {
    if (patience.spent() > kLastWait) return false;
    patience.pause();
  }
  return true;
}

void MpiCommunicator::abort(int exit_code) {
  MPI_Abort(MPI_COMM_WORLD, exit_code);
  std::_Exit(exit_code);
}

}  // namespace vggflow

extern "C" void vggflow_start_mpi(std::shared_ptr<vggflow::Communicator>& all) {
  all = std::make_shared<vggflow::MpiCommunicator>();
}
