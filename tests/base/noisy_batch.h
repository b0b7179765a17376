#pragma once

#include <random>

#include "base/batch.h"

namespace vggflow {

/// Something else in every field that an engine reads.
inline Batch noisy_batch(std::mt19937& random, int slots, Size image) {
  Batch batch;
  batch.reset({slots, image});
  for (std::uint8_t& byte : batch.pixels) byte = static_cast<std::uint8_t>(random());
  for (int n = 0; n < slots; ++n) {
    for (float& value : batch.colour[n].m) value = static_cast<float>(random() % 1000);
    batch.labels[n] = static_cast<std::int32_t>(random() % 1000);
    batch.weights[n] = static_cast<float>(random() % 2);
  }
  return batch;
}

}  // namespace vggflow
