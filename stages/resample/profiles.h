#pragma once

#include "pipeline/image_source.h"

namespace vggflow {

/// Byte for byte `cv::resize(..., INTER_LINEAR)` on u8 pixels (OpenCV 4): two taps an axis whatever
/// the scale, and the mean of 2x2 pixels where both sides are exactly halved.
[[nodiscard]] const Resampler& opencv_linear();

/// Byte for byte Pillow's `Image.resize(..., Image.BILINEAR)` on 8-bit RGB: a triangle filter as
/// wide as the reduction, so without aliasing.
[[nodiscard]] const Resampler& pillow_bilinear();

}  // namespace vggflow
