#include "experiments/run/initial_weights.h"

#include <algorithm>

#include "base/error.h"
#include "base/log.h"

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

std::string layer_of(const Tensor& tensor) { return tensor.name.substr(0, tensor.name.rfind('.')); }

void take(const Tensor& from, Parameters& onto, const std::string& place) {
  Tensor* target = onto.find(from.name);
  if (!target) throw Error(Origin::data, from.name + " is not a tensor of the net", place);
  if (target->dims != from.dims) {
    throw Error(Origin::data, from.name + " has another shape than the net's", place);
  }
  target->values = from.values;
}

}  // namespace

fs::path initial_source(const Spec& spec, const RunOptions& options) {
  const fs::path file(spec.init.from);
  return file.extension() == ".h5" ? file : options.out / file / "weights.h5";
}

InitialWeights initial_weights(const Spec& spec, const RunOptions& options) {
  Parameters parameters = initial_parameters(spec.net, spec.init.random, spec.seed);
  if (spec.init.from.empty()) return {std::move(parameters), ""};
  const fs::path source = initial_source(spec, options);
  Weights given = load_source(spec, source);
  const auto& layers = spec.init.layers;
  if (layers.empty()) {
    check_parameters(given.parameters, spec.net, source.string());
    return {std::move(given.parameters), given.sha256};
  }
  std::size_t taken = 0;
  for (const Tensor& tensor : given.parameters.tensors) {
    if (std::ranges::find(layers, layer_of(tensor)) == layers.end()) continue;
    take(tensor, parameters, source.string());
    ++taken;
  }
  if (taken != 2 * layers.size()) {
    throw Error(Origin::data, "init.layers: not all of them are in this file", source.string());
  }
  log_info(spec.name + ": took " + joined(layers, ", ") + " from " + source.string());
  return {std::move(parameters), given.sha256};
}

}  // namespace vggflow
