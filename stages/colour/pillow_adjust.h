#pragma once

#include "base/export.h"
#include "base/image.h"

namespace vggflow {

// Colours adjusted in place, to the bit as torchvision does it to PIL images. A `factor` >= 0 is
// taken as f32; 1 changes nothing, 0 gives the other end of the blend.

/// Pillow's ImageEnhance.Brightness: blends with black.
VGGFLOW_API void adjust_brightness(ImageView image, double factor);

/// Pillow's ImageEnhance.Contrast: blends with the picture's mean grey, rounded half up.
VGGFLOW_API void adjust_contrast(ImageView image, double factor);

/// Pillow's ImageEnhance.Color: blends each pixel with its grey, that of convert("L").
VGGFLOW_API void adjust_saturation(ImageView image, double factor);

/// torchvision's adjust_hue: adds trunc(255 turn), modulo 256, to H of Pillow's 8-bit HSV; `turn`
/// in [-0.5, 0.5]. The way to HSV and back rounds, so a turn of 0 changes pixels, too.
VGGFLOW_API void shift_hue(ImageView image, double turn);

}  // namespace vggflow
