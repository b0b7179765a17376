#include "stages/range.h"

#include <sstream>

namespace vggflow {

Range read_range(Params& params, const ParamSpec& spec) {
  const std::vector<double> bounds = params.numbers(spec, 2);
  if (bounds[0] > bounds[1]) {
    std::ostringstream got;
    got << "got [" << bounds[0] << ", " << bounds[1] << "]; allowed: the lower bound first";
    params.fail(spec.key, got.str());
  }
  return {bounds[0], bounds[1]};
}

}  // namespace vggflow
