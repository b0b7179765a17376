#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/cuda/memory.h"
#include "nets/cudnn/kernels/segment.h"
#include "nets/cudnn/kernels/step.h"
#include "nets/cudnn/parameter_layout.h"
#include "nets/engine.h"

namespace vggflow::cudnn {

/// A net's learned tensors on the card: f32 weights, the copy that layers multiply with, and, where
/// the net learns, momenta and gradients.
class DeviceParameters {
 public:
  /// `rates` are multiples of the learning rate by layer; empty for a net that only scores.
  DeviceParameters(const Net& net, Precision precision, std::map<std::string, double> rates,
                   const cuda::Stream& stream);

  [[nodiscard]] const ParameterLayout& layout() const { return layout_; }
  [[nodiscard]] bool learns(const std::string& layer) const;
  /// As layers read it: of the element type of the precision.
  [[nodiscard]] void* values(const DeviceTensor& tensor) const;
  [[nodiscard]] const float* weights(const DeviceTensor& tensor) const;  ///< f32
  [[nodiscard]] float* gradient(const DeviceTensor& tensor) const;

  void load(const Parameters& parameters);
  void restore(const Parameters& momenta);
  [[nodiscard]] Parameters weights() const { return gather(weights_); }
  [[nodiscard]] Parameters momenta() const { return gather(momenta_); }
  [[nodiscard]] Parameters gradients() const { return gather(gradients_); }
  void clear_gradients();

  /// One SGD step on everything that learns.
  void update(const DeviceRates* rates, int* not_finite);
  [[nodiscard]] std::vector<MemoryItem> memory() const;

 private:
  [[nodiscard]] std::vector<Segment> segments() const;
  [[nodiscard]] Parameters gather(const cuda::DeviceMemory& arena) const;
  void fill(const cuda::DeviceMemory& arena, const std::vector<float>& values);

  ParameterLayout layout_;
  Precision precision_;
  std::map<std::string, double> rates_;
  const cuda::Stream& stream_;
  cuda::DeviceMemory weights_, momenta_, gradients_;
  cuda::DeviceMemory copies_;  // none in f32: layers read the weights themselves
  cuda::DeviceMemory segments_;
  int segment_count_ = 0;
};

}  // namespace vggflow::cudnn
