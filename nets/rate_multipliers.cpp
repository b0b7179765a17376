#include "nets/rate_multipliers.h"

#include <cmath>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace vggflow {

std::map<std::string, double> rate_multipliers(const Net& net,
                                               const std::map<std::string, double>& given) {
  std::map<std::string, double> all;
  const auto shapes = parameter_shapes(net);
  std::vector<std::string_view> learned;  // in the net's order
  for (const ParameterShape& shape : shapes) {
    if (all.emplace(shape.layer, 1.0).second) learned.push_back(shape.layer);
  }
  for (const auto& [layer, multiplier] : given) {
    const auto known = all.find(layer);
    if (known == all.end()) {
      throw Error(Origin::engine, "a rate multiplier for '" + layer + "', which net '" + net.name +
                                      "' does not learn; allowed: " + joined(learned));
    }
    if (!std::isfinite(multiplier) || multiplier < 0) {
      throw Error(Origin::engine, "the rate multiplier of " + layer + " is " +
                                      std::to_string(multiplier) +
                                      "; allowed: 0, which freezes the layer, or more");
    }
    known->second = multiplier;
  }
  return all;
}

std::map<std::string, double> learning_rates(const Net& net, const EngineOptions& options) {
  auto rates = rate_multipliers(net, options.rate_multipliers);
  if (options.batch == 0) rates.clear();
  return rates;
}

}  // namespace vggflow
