#pragma once

#include <cstdint>

#include "base/cuda/host_device.h"

/// What the kernels share with the host: plain structs that lie in the card's memory, so that a
/// captured graph finds another step's values there.
namespace vggflow::cudnn {

/// As Step.
struct DeviceStep {
  std::uint64_t iteration = 0;
  std::uint64_t first_position = 0;
  double weight_sum = 0;
};

/// As Rates, in f32.
struct DeviceRates {
  float rate = 0;
  float momentum = 0;
  float decay = 0;
};

/// Of one slot, or summed over slots.
struct DeviceSums {
  double loss = 0;  ///< weighted, divided by the step's weight sum
  double top1_errors = 0;
  double top5_errors = 0;
  double weight_sum = 0;
};

/// Activations (N, H, W, C), row-major; C is padded with zeros to a multiple of 8.
struct MapShape {
  int slots = 0;
  int height = 0;
  int width = 0;
  int channels = 0;
  [[nodiscard]] VGGFLOW_HOST_DEVICE std::int64_t elements() const {
    return std::int64_t{slots} * height * width * channels;
  }
};

}  // namespace vggflow::cudnn
