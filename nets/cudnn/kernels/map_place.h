#pragma once

#include <cstdint>

#include "base/cuda/host_device.h"

namespace vggflow::cudnn {

/// Which pack of a map (N, H, W, packs of C) an index is.
struct MapPlace {
  std::int64_t slot = 0;
  int y = 0;
  int x = 0;
  int pack = 0;
};

VGGFLOW_HOST_DEVICE inline MapPlace map_place(std::int64_t index, int height, int width,
                                              int packs) {
  const std::int64_t pixel = index / packs;
  const std::int64_t line = pixel / width;
  return {line / height, static_cast<int>(line % height), static_cast<int>(pixel % width),
          static_cast<int>(index % packs)};
}

}  // namespace vggflow::cudnn
