#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <memory>

#include "nets/comm/communicator.h"

namespace vggflow {

/// Thrown to main() by a process whose Error another one tells.
struct ToldByAnother {
  int exit_code = 1;
};

/// Does the work with the processes that a launcher started, or alone. An Error of all of them is
/// thrown, to be told by the first one. An Error of some is told here, with the rank, and ends all
/// with its exit code: the others wait for them in vain.
void with_all_processes(const std::function<void(const std::shared_ptr<Communicator>& all)>& work);

/// Makes a command refuse to be one of several processes: Error (usage) naming those that can.
void refuse_several_processes(CLI::App& command);

/// Whether this process is the one that tells what all have to say, before they are connected.
[[nodiscard]] bool speaks_for_all();

}  // namespace vggflow
