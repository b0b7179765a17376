#pragma once

#include "pipeline/image_source.h"

namespace vggflow {

/// Where along the input an output of OpenCV's two-tap interpolation lies.
enum class LinearPlaces {
  centres,  ///< pixel centres upon pixel centres: INTER_LINEAR
  areas,    ///< of INTER_AREA where an axis grows: blends only where an output covers two inputs
};

/// The separable interpolation on u8 of OpenCV's `resize`, in its fixed point, without the special
/// case of exact halving.
[[nodiscard]] Rect linear_support(const Resampling& what, LinearPlaces places);
void resample_linear(ConstImageView in, Rect in_window, const Resampling& what, LinearPlaces places,
                     ImageView out);

/// The mean of 2x2 pixels, rounded half up, where both sides are exactly halved.
[[nodiscard]] bool halves(const Resampling& what);
[[nodiscard]] Rect halving_support(Rect window);
void average_2x2(ConstImageView in, Rect in_window, const Resampling& what, ImageView out);

}  // namespace vggflow
