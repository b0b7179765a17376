#pragma once

#include "nets/net.h"
#include "nets/onednn/primitives.h"

namespace vggflow::onednn {

[[nodiscard]] inline Dims blob_dims(int slots, const Shape& shape) {
  return {slots, shape.channels, shape.height, shape.width};
}

[[nodiscard]] inline ProductShape convolution_shape(const Convolution& conv, int slots,
                                                    const Shape& src) {
  return {conv.name,
          true,
          blob_dims(slots, src),
          {conv.outputs, src.channels, conv.kernel, conv.kernel},
          {slots, conv.outputs, src.height, src.width},
          (conv.kernel - 1) / 2,
          false};
}

/// A fully connected layer over exactly its training extent.
[[nodiscard]] inline ProductShape inner_product_shape(const FullyConnected& fc, int slots,
                                                      const Shape& src) {
  return {fc.name,
          false,
          blob_dims(slots, src),
          {fc.outputs, src.channels, src.height, src.width},
          {slots, fc.outputs, 1, 1},
          0,
          false};
}

/// The same weights sliding over a larger map: a convolution of the training extent.
[[nodiscard]] inline ProductShape sliding_shape(const FullyConnected& fc, int slots,
                                                const Shape& src, const Shape& extent) {
  return {fc.name,
          true,
          blob_dims(slots, src),
          {fc.outputs, extent.channels, extent.height, extent.width},
          {slots, fc.outputs, src.height - extent.height + 1, src.width - extent.width + 1},
          0,
          false};
}

}  // namespace vggflow::onednn
