#pragma once

#include "base/batch.h"
#include "base/export.h"

namespace vggflow::onednn {

/// Colour and layout in one pass: u8 (N, H, W, 3) and each slot's affine to f32, (N, 3, H, W) or,
/// `channels_last`, (N, H, W, 3). Values are ColourAffine::channel()'s to the bit.
VGGFLOW_API void convert_input(const Batch& batch, float* out, bool channels_last);

}  // namespace vggflow::onednn
