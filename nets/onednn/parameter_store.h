#pragma once

#include <memory>
#include <string>
#include <vector>

#include "nets/onednn/parameter.h"

namespace vggflow::onednn {

/// The learned tensors of a net by layer, in its order.
class ParameterStore {
 public:
  ParameterStore(Device& device, const Net& net, bool trained);

  /// Parameters of the next layer, their weights (O, C, kh, kw) kept in the layout `own`.
  LayerParameters& add(const std::string& layer, const Desc& own);
  [[nodiscard]] LayerParameters& at(const std::string& layer) const;
  /// In the net's order.
  [[nodiscard]] const std::vector<std::unique_ptr<LayerParameters>>& layers() const {
    return layers_;
  }

  void load(const Parameters& parameters);
  void restore(const Parameters& momenta);
  /// `what` is one of Parameter's weights, momenta, gradients.
  [[nodiscard]] Parameters gather(Tensor (Parameter::*what)() const) const;

 private:
  [[nodiscard]] const ParameterShape& shape_of(const std::string& layer, bool bias) const;

  Device* device_;
  bool trained_;
  std::vector<ParameterShape> shapes_;
  std::vector<std::string> names_;
  std::vector<std::unique_ptr<LayerParameters>> layers_;
};

}  // namespace vggflow::onednn
