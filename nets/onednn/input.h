#pragma once

#include "base/batch.h"
#include "base/export.h"

namespace vggflow::onednn {

/// Which slots of a batch are computed on. Training leaves out those of weight 0: a gradient of
/// zero times an infinite input would be no number, and spread to all weights.
enum class Slots { all, weighted };

/// Colour and layout in one pass: u8 (N, H, W, 3) and each slot's affine to f32, (N, 3, H, W) or,
/// `channels_last`, (N, H, W, 3). Values are ColourAffine::channel()'s to the bit; a slot that is
/// left out is zeros, whatever its map would make of it.
VGGFLOW_API void convert_input(const Batch& batch, float* out, bool channels_last, Slots slots);

}  // namespace vggflow::onednn
