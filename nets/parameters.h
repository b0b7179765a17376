#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/export.h"
#include "nets/net.h"

namespace vggflow {

/// A named host tensor, f32, row-major.
struct Tensor {
  std::string name;  ///< "conv1_1.weight"
  std::vector<std::int64_t> dims;
  std::vector<float> values;
};

/// Named host tensors in a fixed order: a net's weights, or its momenta.
struct VGGFLOW_API Parameters {
  std::vector<Tensor> tensors;

  [[nodiscard]] const Tensor* find(std::string_view name) const;
  [[nodiscard]] Tensor* find(std::string_view name);
};

/// The first tensor that holds a NaN or an infinity; none where all is finite.
[[nodiscard]] VGGFLOW_API const Tensor* first_not_finite(const Parameters& parameters);

/// All zeros, in the order of parameter_shapes().
[[nodiscard]] VGGFLOW_API Parameters zero_parameters(const Net& net);

/// Error (data) if the tensor is missing (null) or not of this shape: "weights.h5: conv1_1.weight
/// is (64, 3, 3, 3), the net wants (16, 3, 3, 3)".
VGGFLOW_API void check_tensor(const Tensor* tensor, const ParameterShape& wanted,
                              const std::string& place);
/// Error (data) naming the first tensor that is missing, unknown or of another shape ("weights.h5:
/// conv1_1.weight is (64, 3, 3, 3), the net wants (16, 3, 3, 3)").
VGGFLOW_API void check_parameters(const Parameters& parameters, const Net& net,
                                  const std::string& place);

/// How random weights are drawn; biases are zero.
struct Initialisation {
  enum class Kind {
    gaussian,  ///< N(0, std^2)
    glorot,    ///< U(-a, a), a = sqrt(6 / (fan_in + fan_out)) (Glorot & Bengio 2010)
    he,        ///< N(0, 2 / fan_in) (He et al. 2015)
  };
  Kind kind = Kind::gaussian;
  double std = 0.01;
};

/// A function of (net, seed); each tensor has its own stream, keyed by its name.
[[nodiscard]] VGGFLOW_API Parameters initial_parameters(const Net& net, const Initialisation& how,
                                                        std::uint64_t seed);

}  // namespace vggflow
