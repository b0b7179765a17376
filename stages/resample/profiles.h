#pragma once

#include "pipeline/image_source.h"

namespace vggflow {

/// Byte for byte `cv::resize(..., INTER_LINEAR)` on u8 pixels (OpenCV 4): two taps an axis whatever
/// the scale, and the mean of 2x2 pixels where both sides are exactly halved.
[[nodiscard]] const Resampler& opencv_linear();

/// `cv::resize(..., INTER_AREA)` on u8 pixels (OpenCV 4): where no side grows, each output is the
/// mean of the inputs it covers, in float and in OpenCV's order of sums; where one does, two taps
/// an axis that blend only at the inputs' edges.
[[nodiscard]] const Resampler& opencv_area();

/// Byte for byte Pillow's `Image.resize(..., Image.BILINEAR)` on 8-bit RGB: a triangle filter as
/// wide as the reduction, so without aliasing.
[[nodiscard]] const Resampler& pillow_bilinear();

/// Likewise `Image.BICUBIC`: Keys' cubic, a = -1/2, stretched by the reduction.
[[nodiscard]] const Resampler& pillow_bicubic();

}  // namespace vggflow
