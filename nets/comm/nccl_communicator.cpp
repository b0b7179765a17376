#include "nets/comm/nccl_communicator.h"

#include <cstring>
#include <utility>
#include <vector>

#include "base/error.h"
#include "nets/comm/agreement.h"
#include "nets/comm/nccl_check.h"
#include "nets/comm/nccl_module.h"

namespace vggflow {
namespace {

ncclDataType_t nccl_type(ElementType type) {
  return type == ElementType::f32 ? ncclFloat32 : ncclBfloat16;
}

/// Of the card that this thread uses, the same in all processes that use it.
std::string card_id() {
  int index = 0;
  cuda::check(cudaGetDevice(&index), "cudaGetDevice");
  cudaDeviceProp properties{};
  cuda::check(cudaGetDeviceProperties(&properties, index), "cudaGetDeviceProperties");
  return {properties.uuid.bytes, sizeof properties.uuid.bytes};
}

/// NCCL's own refusal names nobody.
void refuse_shared_cards(Communicator& host) {
  const std::vector<std::string> ids = host.gather(card_id());
  for (std::size_t one = 0; one < ids.size(); ++one) {
    for (std::size_t other = one + 1; other < ids.size(); ++other) {
      if (ids[one] != ids[other]) continue;
      throw Error(Origin::usage, "ranks " + std::to_string(one) + " and " + std::to_string(other) +
                                     " use the same card, which NCCL refuses; allowed: at most one "
                                     "process a card");
    }
  }
}

ncclUniqueId id_of_all(Communicator& host) {
  ncclUniqueId id{};
  const std::string bytes = first_tells(host, [&] {
    check_nccl(ncclGetUniqueId(&id), "ncclGetUniqueId");
    return std::string(id.internal, sizeof id.internal);
  });
  std::memcpy(id.internal, bytes.data(), sizeof id.internal);
  return id;
}

/// All that a Communicator does, and on the cards what it does not.
class WithCards final : public Communicator {
 public:
  WithCards(std::shared_ptr<Communicator> host, std::size_t bucket_bytes)
      : host_(std::move(host)), cards_(*host_, bucket_bytes) {}

  [[nodiscard]] int rank() const override { return host_->rank(); }
  [[nodiscard]] int size() const override { return host_->size(); }
  [[nodiscard]] std::vector<int> neighbours() const override { return host_->neighbours(); }
  void start_sum(std::span<float> values) override { host_->start_sum(values); }
  void wait() override { host_->wait(); }
  void sum(std::span<double> values) override { host_->sum(values); }
  void barrier() override { host_->barrier(); }
  [[nodiscard]] std::vector<std::string> gather(const std::string& mine) override {
    return host_->gather(mine);
  }
  [[nodiscard]] bool all_end() override { return host_->all_end(); }
  void abort(int exit_code) override { host_->abort(exit_code); }
  [[nodiscard]] DeviceCommunicator* on_device() override { return &cards_; }

 private:
  std::shared_ptr<Communicator> host_;
  NcclCommunicator cards_;
};

}  // namespace

NcclCommunicator::NcclCommunicator(Communicator& host, std::size_t bucket_bytes)
    : buckets_([this](const DeviceRange& bucket) { sum(bucket); }, bucket_bytes) {
  refuse_shared_cards(host);
  const ncclUniqueId id = id_of_all(host);
  ncclComm_t nccl = nullptr;
  check_nccl(ncclCommInitRank(&nccl, host.size(), id, host.rank()), "ncclCommInitRank",
             "rank " + std::to_string(host.rank()) + " of " + std::to_string(host.size()));
  nccl_.reset(nccl);
}

void NcclCommunicator::start_sum(void* device_values, std::size_t count, ElementType type,
                                 const cuda::Event& ready) {
  started_ = true;
  stream_.wait_for(ready);
  buckets_.add({static_cast<std::byte*>(device_values), count, type});
}

void NcclCommunicator::sum(const DeviceRange& bucket) {
  check_nccl(ncclAllReduce(bucket.begin, bucket.begin, bucket.count, nccl_type(bucket.type),
                           ncclSum, nccl_.get(), stream_.get()),
             "ncclAllReduce", std::to_string(bucket.bytes()) + " bytes");
}

/// A stream without sums is no part of a graph that is being captured.
void NcclCommunicator::finish_on(const cuda::Stream& stream) {
  if (!std::exchange(started_, false)) return;
  buckets_.flush();
  done_.record(stream_);
  stream.wait_for(done_);
}

void NcclCommunicator::check() const {
  ncclResult_t status = ncclSuccess;
  check_nccl(ncclCommGetAsyncError(nccl_.get(), &status), "ncclCommGetAsyncError");
  check_nccl(status, "ncclAllReduce");
}

}  // namespace vggflow

extern "C" void vggflow_start_nccl(std::shared_ptr<vggflow::Communicator>& host,
                                   std::size_t bucket_bytes) {
  host = std::make_shared<vggflow::WithCards>(std::move(host), bucket_bytes);
}
