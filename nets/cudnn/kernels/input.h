#pragma once

#include "base/cuda/device_batch.h"
#include "base/cuda/stream.h"
#include "base/export.h"
#include "base/geometry.h"

namespace vggflow::cudnn {

/// Colour and layout in one pass: the u8 RGB pixels that the batch's cuts show, each through its
/// slot's affine, to (N, H, W, 8) T, channels 3 ... 7 zeros. In f32 the values are
/// ColourAffine::channel()'s to the bit; bf16 rounds those. With `skip_weightless` a slot of weight
/// 0 is zeros, whatever its map would make of it. T: float or cuda::BFloat16.
template <class T>
VGGFLOW_API void convert_input(const cuda::DeviceBatch& batch, int slots, Size image,
                               bool skip_weightless, T* out, const cuda::Stream& stream);

}  // namespace vggflow::cudnn
