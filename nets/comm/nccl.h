#pragma once

#include <cstddef>
#include <memory>

#include "base/export.h"
#include "nets/comm/communicator.h"

namespace vggflow {

/// The card of this process: of those that it sees, the one of its place among the processes of
/// its host (the first of a process that sees one card alone). Error (usage) where it sees some,
/// but not so many.
[[nodiscard]] VGGFLOW_API int card_of(const Communicator& host);

/// The same processes, also able to sum what lies on their cards: Communicator::on_device(). Uses
/// the card that the calling thread uses; all processes call it. `bucket_bytes`: Buckets. Error
/// (usage) naming the ranks where two use one card, or where this build has no NCCL; Error (engine)
/// with NCCL's reason where it cannot connect them.
[[nodiscard]] VGGFLOW_API std::shared_ptr<Communicator> with_nccl(
    std::shared_ptr<Communicator> host, std::size_t bucket_bytes = std::size_t{32} << 20);

}  // namespace vggflow
