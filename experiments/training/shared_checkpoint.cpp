#include "experiments/training/shared_checkpoint.h"

#include <string>

#include "nets/comm/agreement.h"

namespace vggflow {

std::optional<Checkpoint> found_by_first(Communicator& all, const CheckpointFolder& folder,
                                         const std::function<std::optional<Checkpoint>()>& find) {
  std::optional<Checkpoint> found;
  const std::string iteration = first_tells(all, [&] {
    found = find();
    return found ? std::to_string(found->state.iteration) : std::string();
  });
  if (all.rank() > 0 && !iteration.empty()) {
    found = load_checkpoint(folder.path(std::stoull(iteration)));
  }
  return found;
}

}  // namespace vggflow
