#include "nets/onednn/parameter_store.h"

#include <algorithm>

#include "base/error.h"
#include "nets/onednn/product_shape.h"

namespace vggflow::onednn {

ParameterStore::ParameterStore(Device& device, const Net& net,
                               std::map<std::string, double> rate_multipliers)
    : device_(&device),
      rate_multipliers_(std::move(rate_multipliers)),
      shapes_(parameter_shapes(net)) {}

double ParameterStore::multiplier(const std::string& layer) const {
  const auto known = rate_multipliers_.find(layer);
  return known == rate_multipliers_.end() ? 0 : known->second;
}

const ParameterShape& ParameterStore::shape_of(const std::string& layer, bool bias) const {
  const auto found = std::find_if(shapes_.begin(), shapes_.end(), [&](const ParameterShape& s) {
    return s.layer == layer && s.bias == bias;
  });
  if (found == shapes_.end()) throw Error(Origin::engine, "no parameters of layer " + layer);
  return *found;
}

LayerParameters& ParameterStore::add(const std::string& layer, const Desc& own) {
  const auto dims = own.dims();
  const Dims bias{dims[0]};
  const double rate = multiplier(layer);
  names_.push_back(layer);
  layers_.push_back(std::unique_ptr<LayerParameters>(
      new LayerParameters{{*device_, shape_of(layer, false), dims, own, rate},
                          {*device_, shape_of(layer, true), bias, plain_layout(bias), rate}}));
  return *layers_.back();
}

void ParameterStore::add_plain(const Net& net) {
  const auto outputs = layer_shapes(net);
  Shape source{kChannels, net.input.height, net.input.width};
  for (std::size_t i = 0; i < outputs.size(); source = outputs[i++]) {
    if (const auto* conv = std::get_if<Convolution>(&net.layers[i])) {
      add(conv->name, plain_layout(convolution_shape(*conv, 1, source).weights));
    } else if (const auto* fc = std::get_if<FullyConnected>(&net.layers[i])) {
      add(fc->name, plain_layout(inner_product_shape(*fc, 1, source).weights));
    }
  }
}

LayerParameters& ParameterStore::at(const std::string& layer) const {
  const auto found = std::find(names_.begin(), names_.end(), layer);
  if (found == names_.end()) throw Error(Origin::engine, "no parameters of layer " + layer);
  return *layers_[static_cast<std::size_t>(found - names_.begin())];
}

std::size_t ParameterStore::bytes() const {
  std::size_t elements = 0;
  for (const auto& layer : layers_) elements += layer->weight.elements() + layer->bias.elements();
  return elements * sizeof(float);
}

std::size_t ParameterStore::copied_bytes() const {
  std::size_t bytes = 0;
  for (const auto& layer : layers_) {
    bytes += layer->weight.copied_bytes() + layer->bias.copied_bytes();
  }
  return bytes;
}

void ParameterStore::load(const Parameters& parameters) {
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    layers_[i]->weight.load(*parameters.find(names_[i] + ".weight"));
    layers_[i]->bias.load(*parameters.find(names_[i] + ".bias"));
  }
}

void ParameterStore::restore(const Parameters& momenta) {
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    layers_[i]->weight.restore(*momenta.find(names_[i] + ".weight"));
    layers_[i]->bias.restore(*momenta.find(names_[i] + ".bias"));
  }
}

Parameters ParameterStore::gather(Tensor (Parameter::*what)() const) const {
  Parameters all;
  for (const auto& layer : layers_) {
    all.tensors.push_back((layer->weight.*what)());
    all.tensors.push_back((layer->bias.*what)());
  }
  return all;
}

}  // namespace vggflow::onednn
