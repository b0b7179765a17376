#pragma once

#include <string_view>
#include <vector>

#include "pipeline/stage.h"

namespace vggflow {

/// What a stage was seen to do to a picture.
struct StageEffect {
  bool renders = false;    ///< asked for pixels, or resampled what waited to be resampled
  bool recolours = false;  ///< changed the pending colour map
};

/// Lets the stages work on a blank picture, several times with other random numbers, and watches:
/// true of plugins too, which the spec reader knows nothing of. The first, `decode`, is stood in
/// for. What cannot be watched (a stage refuses the blank picture) is taken from the schema.
[[nodiscard]] std::vector<StageEffect> stage_effects(const StageList& stages,
                                                     std::string_view profile);

}  // namespace vggflow
