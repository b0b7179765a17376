#pragma once

#include <memory>

#include "base/export.h"
#include "nets/comm/communicator.h"

namespace vggflow {

/// Connects the processes that a launcher started (see launch()); once in a process. A process that
/// is alone loads nothing of MPI. Error (usage) where there are several and this build has no MPI,
/// (system) where MPI connects others than the launcher started.
///
/// The communicator must be let go of by the thread that connected, once all processes are done or
/// all_end() says that all end: it waits for the others then.
[[nodiscard]] VGGFLOW_API std::shared_ptr<Communicator> connect();

}  // namespace vggflow
