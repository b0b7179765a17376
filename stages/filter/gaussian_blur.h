#pragma once

#include "base/export.h"
#include "base/image.h"

namespace vggflow {

inline constexpr double kMostBlurSigma = 30;
inline constexpr int kMostBlurTaps = 181;  // 6 sigma + 1

/// Blurs in place: separable, `taps` along each axis (odd; 0: the odd one of round(6 sigma + 1) and
/// its successor), borders mirrored at the edge pixel. The bytes of cv::GaussianBlur on u8
/// (BORDER_REFLECT_101): weights in 8-bit fixed point, one rounding, half up. Keeps its memory per
/// thread.
VGGFLOW_API void gaussian_blur(ImageView image, double sigma, int taps = 0);

}  // namespace vggflow
