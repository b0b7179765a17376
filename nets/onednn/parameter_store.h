#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/export.h"
#include "nets/onednn/parameter.h"

namespace vggflow::onednn {

/// The learned tensors of a net by layer, in its order.
class VGGFLOW_API ParameterStore {
 public:
  /// Learned tensors that learn at the given multiples of the learning rate, by layer; in none of
  /// them: for a net that only scores.
  ParameterStore(Device& device, const Net& net,
                 std::map<std::string, double> rate_multipliers = {});

  /// Parameters of the next layer, their weights (O, C, kh, kw) kept in the layout `own`.
  LayerParameters& add(const std::string& layer, const Desc& own);
  /// Those of all layers, in the order of their files: for a net that only scores.
  void add_plain(const Net& net);
  [[nodiscard]] bool learns(const std::string& layer) const { return multiplier(layer) > 0; }
  [[nodiscard]] LayerParameters& at(const std::string& layer) const;
  /// In the net's order.
  [[nodiscard]] const std::vector<std::unique_ptr<LayerParameters>>& layers() const {
    return layers_;
  }
  [[nodiscard]] std::size_t bytes() const;  ///< of one set of weights and biases
  /// Of the copies in layouts that primitives want.
  [[nodiscard]] std::size_t copied_bytes() const;

  void load(const Parameters& parameters);
  void restore(const Parameters& momenta);
  /// `what` is one of Parameter's weights, momenta, gradients.
  [[nodiscard]] Parameters gather(Tensor (Parameter::*what)() const) const;

 private:
  [[nodiscard]] const ParameterShape& shape_of(const std::string& layer, bool bias) const;

  [[nodiscard]] double multiplier(const std::string& layer) const;

  Device* device_;
  std::map<std::string, double> rate_multipliers_;
  std::vector<ParameterShape> shapes_;
  std::vector<std::string> names_;
  std::vector<std::unique_ptr<LayerParameters>> layers_;  // primitives point into them
};

}  // namespace vggflow::onednn
