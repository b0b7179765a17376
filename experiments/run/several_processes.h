#pragma once

#include <string>
#include <utility>
#include <vector>

#include "experiments/spec/spec.h"
#include "nets/comm/communicator.h"
#include "nets/engine.h"

namespace vggflow {

/// ", 4 processes"; empty of one. What a training goes on from is the same up to rounding only if
/// their number has changed.
[[nodiscard]] std::string count_text(const Communicator& all);

/// The spec with this process's part of the host's threads where it leaves their number open; says
/// which that is. Of one process, nothing changes.
[[nodiscard]] Spec with_part_of_machine(const Spec& spec, Communicator& all);

/// Error (spec) where `train.batch`, or a process's part of it, does not divide.
void check_shares(const Spec& spec, const Communicator& all);

/// Error (data) naming the first of these facts, or the engine's weights, that is not the same in
/// all processes, and whose.
void check_alike(Communicator& all, std::vector<std::pair<std::string, std::string>> facts,
                 const Engine& engine);

}  // namespace vggflow
