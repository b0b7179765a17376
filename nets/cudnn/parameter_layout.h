#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/export.h"
#include "nets/net.h"
#include "nets/parameters.h"

namespace vggflow::cudnn {

/// A learned tensor as it lies on the card: weights (K, R, S, C), channels last, as both a
/// convolution and, seen as (K, R * S * C), a product want them; a bias (K). Channel counts are
/// padded with zeros. A fully connected layer is a convolution of its training extent.
struct DeviceTensor {
  ParameterShape shape;  ///< on the host: (K, C, R, S), (K, C * R * S) or (K)
  int outputs = 0;       ///< K
  int inputs = 1;        ///< C
  int height = 1;        ///< R
  int width = 1;         ///< S
  int padded_outputs = 0;
  int padded_inputs = 1;
  std::int64_t begin = 0;  ///< in the arena, elements

  [[nodiscard]] std::int64_t elements() const {
    return std::int64_t{padded_outputs} * height * width * padded_inputs;
  }
  [[nodiscard]] std::int64_t end() const { return begin + elements(); }
};

/// All learned tensors of a net one after the other, in the order of parameter_shapes(): weights,
/// momenta and gradients are arenas of this layout.
class VGGFLOW_API ParameterLayout {
 public:
  explicit ParameterLayout(const Net& net);

  [[nodiscard]] const std::vector<DeviceTensor>& tensors() const { return tensors_; }
  /// Of a layer that learns.
  [[nodiscard]] const DeviceTensor& at(const std::string& layer, bool bias) const;
  [[nodiscard]] std::int64_t elements() const { return elements_; }

  /// The arena as the card wants it, padding zero. `parameters` fits the net.
  [[nodiscard]] std::vector<float> arena_of(const Parameters& parameters) const;
  [[nodiscard]] Parameters parameters_of(const std::vector<float>& arena) const;

 private:
  std::vector<DeviceTensor> tensors_;
  std::int64_t elements_ = 0;
};

}  // namespace vggflow::cudnn
