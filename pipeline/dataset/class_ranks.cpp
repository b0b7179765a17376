#include "pipeline/dataset/class_ranks.h"

#include <algorithm>

#include "base/error.h"

namespace vggflow {

std::int32_t rank_of_class(const std::vector<std::string>& classes, const std::string& name,
                           const std::string& place) {
  const auto found = std::ranges::lower_bound(classes, name);
  if (found != classes.end() && *found == name) {
    return static_cast<std::int32_t>(found - classes.begin());
  }
  throw Error(Origin::data,
              "class '" + name + "' is none of the " + std::to_string(classes.size()) +
                  " classes, " +
                  (classes.empty() ? "none" : classes.front() + " ... " + classes.back()),
              place);
}

}  // namespace vggflow
