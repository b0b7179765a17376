#pragma once

#include <nccl.h>

#include <exception>

#include "base/cuda/stream.h"
#include "base/unique_handle.h"
#include "nets/comm/buckets.h"
#include "nets/comm/communicator.h"
#include "nets/comm/device_communicator.h"

namespace vggflow {

struct NcclTraits {
  using Handle = ncclComm_t;
  static Handle none() { return nullptr; }
  static void close(Handle handle) noexcept {
    // All processes of a host have to come here, or NCCL waits for them: one that ends by an Error
    // comes alone, and is to tell it.
    if (std::uncaught_exceptions() > 0) return;
    static_cast<void>(ncclCommDestroy(handle));
  }
};

/// Sums by NCCL, on a stream of their own: while the backward pass still runs, the gradients of its
/// last layers go round. The same bits from run to run on the same cards, as long as NCCL chooses
/// the same algorithm; NCCL_ALGO and NCCL_PROTO fix it.
class NcclCommunicator final : public DeviceCommunicator {
 public:
  /// On the card that the calling thread uses; `host` connects the processes.
  NcclCommunicator(Communicator& host, std::size_t bucket_bytes);

  void start_sum(void* device_values, std::size_t count, ElementType type,
                 const cuda::Event& ready) override;
  void finish_on(const cuda::Stream& stream) override;
  void check() const override;

 private:
  void sum(const DeviceRange& bucket);

  cuda::Stream stream_{cuda::Stream::Priority::high};
  cuda::Event done_;
  UniqueHandle<NcclTraits> nccl_;
  Buckets buckets_;
  bool started_ = false;  // since the last finish_on()
};

}  // namespace vggflow
