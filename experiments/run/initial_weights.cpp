#include "experiments/run/initial_weights.h"

#include <algorithm>

#include "base/error.h"
#include "base/log.h"

namespace vggflow {
namespace {

namespace fs = std::filesystem;

/// `from` is a file, or else the name of an experiment of the same OUT.
fs::path source_of(const std::string& from, const RunOptions& options) {
  const fs::path file(from);
  if (file.extension() == ".h5") return file;
  const fs::path trained = options.out / from / "weights.h5";
  if (fs::exists(trained)) return trained;
  throw Error(Origin::data,
              "init.from: the experiment '" + from +
                  "' has no finished weights; run it first, or " + "name a .h5 file",
              trained.string());
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

Parameters initial_weights(const Spec& spec, const RunOptions& options) {
  Parameters parameters = initial_parameters(spec.net, spec.init.random, spec.seed);
  if (spec.init.from.empty()) return parameters;
  const fs::path source = source_of(spec.init.from, options);
  const Weights given = load_weights(source);
  const auto& layers = spec.init.layers;
  if (layers.empty()) {
    check_parameters(given.parameters, spec.net, source.string());
    return given.parameters;
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
  return parameters;
}

}  // namespace vggflow
