#include "experiments/run/initial_weights.h"

#include <algorithm>

#include "base/error.h"
#include "base/log.h"
#include "experiments/run/sources.h"
#include "nets/weights_file.h"

namespace vggflow {
namespace {

namespace fs = std::filesystem;

Weights load_source(const Spec& spec, const fs::path& source) {
  if (!fs::exists(source) && fs::path(spec.init.from).extension() != ".h5") {
    throw Error(Origin::data,
                "init.from: the experiment '" + spec.init.from +
                    "' has no finished weights; run it first, or name a .h5 file",
                source.string());
  }
  return load_weights(source);
}

/// Which layers the first weights of a net come from.
struct Origins {
  std::vector<std::string> taken;
  std::vector<std::string> random;
};

/// Moves the named layers over. Other layers of `given` may have any shape, or be of another net.
Origins take_layers(Weights& given, const Spec& spec, const std::string& place, Parameters& onto) {
  Origins origins;
  for (const ParameterShape& shape : parameter_shapes(spec.net)) {
    const bool take = std::ranges::find(spec.init.layers, shape.layer) != spec.init.layers.end();
    if (!shape.bias) (take ? origins.taken : origins.random).push_back(shape.layer);
    if (!take) continue;
    Tensor* tensor = given.parameters.find(shape.name());
    naming_nets(given, spec, [&] { check_tensor(tensor, shape, place); });
    onto.find(shape.name())->values = std::move(tensor->values);
  }
  return origins;
}

}  // namespace

fs::path initial_source(const Spec& spec, const RunOptions& options) {
  const fs::path file(spec.init.from);
  return file.extension() == ".h5" ? file : options.out / file / "weights.h5";
}

InitialWeights initial_weights(const Spec& spec, const RunOptions& options) {
  if (spec.init.from.empty()) {
    return {initial_parameters(spec.net, spec.init.random, spec.seed), ""};
  }
  const fs::path source = initial_source(spec, options);
  Weights given = load_source(spec, source);
  if (spec.init.layers.empty()) {
    check_net(given, spec, source.string());
    log_info(spec.name + ": took all layers from " + source.string());
    return {std::move(given.parameters), given.sha256};
  }
  Parameters parameters = initial_parameters(spec.net, spec.init.random, spec.seed);
  const Origins origins = take_layers(given, spec, source.string(), parameters);
  log_info(spec.name + ": took " + joined(origins.taken, ", ") + " from " + source.string() +
           "; random: " + (origins.random.empty() ? "none" : joined(origins.random, ", ")));
  return {std::move(parameters), given.sha256};
}

}  // namespace vggflow
