#include "nets/comm/nccl.h"

#include <algorithm>

#include "base/cuda/device.h"
#include "base/error.h"
#include "nets/comm/load_module.h"
#include "nets/comm/nccl_module.h"

namespace vggflow {

int card_of(const Communicator& host) {
  const int cards = cuda::device_count();
  if (cards <= 1) return 0;
  const auto ranks = host.neighbours();
  const auto place = static_cast<int>(std::ranges::find(ranks, host.rank()) - ranks.begin());
  if (place < cards) return place;
  throw Error(Origin::usage, "rank " + std::to_string(host.rank()) + " is process " +
                                 std::to_string(place + 1) + " of its host, which has " +
                                 std::to_string(cards) +
                                 " cards; allowed: at most one process a card");
}

std::shared_ptr<Communicator> with_nccl(std::shared_ptr<Communicator> host,
                                        std::size_t bucket_bytes) {
  const auto start = reinterpret_cast<StartNccl*>(function_of_module(kNcclModule, kStartNccl));
  if (start == nullptr) {
    throw Error(Origin::usage, std::string(kNcclModule) +
                                   " is missing: several cards want it; allowed: one process");
  }
  start(host, bucket_bytes);
  return host;
}

}  // namespace vggflow
