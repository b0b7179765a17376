#include "nets/parameters.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <utility>

#include "base/error.h"
#include "base/rng.h"

namespace vggflow {
namespace {

std::string shown(const std::vector<std::int64_t>& dims) {
  std::vector<std::string> texts;
  for (const std::int64_t dim : dims) texts.push_back(std::to_string(dim));
  std::string text = "(";
  text += joined(texts, ", ");
  return text += ")";
}

void draw(Tensor& tensor, const ParameterShape& shape, const Initialisation& how, Rng rng) {
  const auto fill = [&](auto value) {
    for (float& v : tensor.values) v = static_cast<float>(value());
  };
  const auto gaussian = [&](double std) { fill([&] { return std * rng.normal(); }); };
  switch (how.kind) {
    case Initialisation::Kind::gaussian:
      return gaussian(how.std);
    case Initialisation::Kind::he:
      return gaussian(std::sqrt(2.0 / static_cast<double>(shape.fan_in)));
    case Initialisation::Kind::glorot: {
      const double a = std::sqrt(6.0 / static_cast<double>(shape.fan_in + shape.fan_out));
      return fill([&] { return a * (2 * rng.uniform() - 1); });
    }
  }
}

}  // namespace

const Tensor* Parameters::find(std::string_view name) const {
  const auto found = std::find_if(tensors.begin(), tensors.end(),
                                  [&](const Tensor& tensor) { return tensor.name == name; });
  return found == tensors.end() ? nullptr : &*found;
}

Tensor* Parameters::find(std::string_view name) {
  return const_cast<Tensor*>(std::as_const(*this).find(name));
}

const Tensor* first_not_finite(const Parameters& parameters) {
  for (const Tensor& tensor : parameters.tensors) {
    if (!std::ranges::all_of(tensor.values, [](float v) { return std::isfinite(v); })) {
      return &tensor;
    }
  }
  return nullptr;
}

Parameters zero_parameters(const Net& net) {
  Parameters zeros;
  for (const ParameterShape& shape : parameter_shapes(net)) {
    zeros.tensors.push_back({shape.name(), shape.dims,
                             std::vector<float>(static_cast<std::size_t>(shape.elements()), 0.0F)});
  }
  return zeros;
}

void check_tensor(const Tensor* tensor, const ParameterShape& wanted, const std::string& place) {
  const std::string name = wanted.name();
  if (!tensor) throw Error(Origin::data, name + " is missing", place);
  if (tensor->dims != wanted.dims) {
    throw Error(Origin::data,
                name + " is " + shown(tensor->dims) + ", the net wants " + shown(wanted.dims),
                place);
  }
  if (static_cast<std::int64_t>(tensor->values.size()) != wanted.elements()) {
    throw Error(Origin::data,
                name + " holds " + std::to_string(tensor->values.size()) + " values, its shape " +
                    shown(wanted.dims) + " says " + std::to_string(wanted.elements()),
                place);
  }
}

void check_parameters(const Parameters& parameters, const Net& net, const std::string& place) {
  std::set<std::string> unclaimed;
  for (const ParameterShape& shape : parameter_shapes(net)) {
    check_tensor(parameters.find(shape.name()), shape, place);
    unclaimed.insert(shape.name());
  }
  for (const Tensor& tensor : parameters.tensors) {
    if (unclaimed.erase(tensor.name) == 1) continue;
    throw Error(Origin::data,
                tensor.name + " is unknown or there twice; net '" + net.name + "' wants " +
                    std::to_string(parameter_shapes(net).size()) + " tensors, each once",
                place);
  }
}

Parameters initial_parameters(const Net& net, const Initialisation& how, std::uint64_t seed) {
  Parameters parameters = zero_parameters(net);
  const std::vector<ParameterShape> shapes = parameter_shapes(net);
  for (std::size_t i = 0; i < shapes.size(); ++i) {
    if (shapes[i].bias) continue;
    draw(parameters.tensors[i], shapes[i], how, Rng(seed, "initial " + shapes[i].name(), 0, 0));
  }
  return parameters;
}

}  // namespace vggflow
