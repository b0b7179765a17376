#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <utility>
#include <vector>

#include "stages/resample/linear.h"
#include "stages/resample/profiles.h"

namespace vggflow {
namespace {

/// One input of one output, and its share of the output's area. In float as OpenCV does.
struct Share {
  int in = 0;
  int out = 0;
  float weight = 0;
};

/// An axis that shrinks: an output covers `scale` inputs, those at its ends in part.
class AreaAxis {
 public:
  AreaAxis(int in, int out) : in_(in), scale_(1.0 / (static_cast<double>(out) / in)) {}

  /// The inputs of an output, in order: at most the first and the last are covered in part.
  template <class Take>
  void cover(int out, Take take) const {
    constexpr double kLeast = 1e-3;  // of a pixel; less counts as nothing
    const double begin = out * scale_;
    const double end = begin + scale_;
    const double width = std::min(scale_, in_ - begin);
    const int last = std::min(static_cast<int>(std::floor(end)), in_ - 1);
    const int first = std::min(static_cast<int>(std::ceil(begin)), last);
    if (first - begin > kLeast) {
      take(first - 1, static_cast<float>((first - begin) / width));
    }
    for (int i = first; i < last; ++i) take(i, static_cast<float>(1.0 / width));
    if (end - last > kLeast) {
      take(last, static_cast<float>(std::min(std::min(end - last, 1.0), width) / width));
    }
  }

  /// First input and number of inputs of `count` outputs.
  [[nodiscard]] std::pair<int, int> support(int start, int count) const {
    int first = in_;
    int last = 0;
    for (const int out : {start, start + count - 1}) {
      cover(out, [&](int i, float) {
        first = std::min(first, i);
        last = std::max(last, i);
      });
    }
    return {first, last - first + 1};
  }

  /// The whole number that the scale is; 0 where it is none.
  [[nodiscard]] int whole_scale() const {
    const auto whole = static_cast<int>(std::lrint(scale_));
    return std::abs(scale_ - whole) < std::numeric_limits<double>::epsilon() ? whole : 0;
  }

 private:
  int in_;
  double scale_;
};

AreaAxis x_axis(const Resampling& what) { return {what.in.width, what.out.width}; }
AreaAxis y_axis(const Resampling& what) { return {what.in.height, what.out.height}; }

bool shrinks(const Resampling& what) {
  return what.in.width >= what.out.width && what.in.height >= what.out.height;
}

bool shrinks_by_whole_numbers(const Resampling& what) {
  return x_axis(what).whole_scale() > 0 && y_axis(what).whole_scale() > 0;
}

std::uint8_t rounded(float value) {
  return static_cast<std::uint8_t>(std::clamp<long>(std::lrintf(value), 0, 255));
}

/// Means of whole pixels: the sum is exact.
void average_blocks(ConstImageView in, Rect in_window, const Resampling& what, ImageView out) {
  const int across = x_axis(what).whole_scale();
  const int down = y_axis(what).whole_scale();
  const float share = 1.0F / static_cast<float>(across * down);
  for (int y = 0; y < what.window.height; ++y) {
    for (int x = 0; x < what.window.width; ++x) {
      const int from_x = across * (what.window.x + x) - in_window.x;
      const int from_y = down * (what.window.y + y) - in_window.y;
      std::int64_t sum[kChannels] = {};
      for (int j = 0; j < down; ++j) {
        const std::uint8_t* pixel = in.at(from_x, from_y + j);
        for (int i = 0; i < across * kChannels; ++i) sum[i % kChannels] += pixel[i];
      }
      std::uint8_t* pixel = out.at(what.mirrored ? what.window.width - 1 - x : x, y);
      for (int c = 0; c < kChannels; ++c) pixel[c] = rounded(static_cast<float>(sum[c]) * share);
    }
  }
}

/// The shares of a window's columns, by output in the order written.
void column_shares(const Resampling& what, Rect in_window, std::vector<Share>& shares) {
  const AreaAxis axis = x_axis(what);
  const int count = what.window.width;
  shares.clear();
  for (int x = 0; x < count; ++x) {
    axis.cover(what.window.x + (what.mirrored ? count - 1 - x : x), [&](int in, float weight) {
      shares.push_back({(in - in_window.x) * kChannels, x * kChannels, weight});
    });
  }
}

/// Along rows into floats, then rows weighed and added up; sums in OpenCV's order.
void average_areas(ConstImageView in, Rect in_window, const Resampling& what, ImageView out) {
  thread_local std::vector<Share> shares;
  thread_local std::vector<float> row;
  thread_local std::vector<float> sums;
  column_shares(what, in_window, shares);
  const auto length = static_cast<std::size_t>(what.window.width) * kChannels;
  row.resize(length);
  sums.resize(length);
  const AreaAxis axis = y_axis(what);
  for (int y = 0; y < what.window.height; ++y) {
    std::ranges::fill(sums, 0.0F);
    axis.cover(what.window.y + y, [&](int in_y, float weight) {
      std::ranges::fill(row, 0.0F);
      const std::uint8_t* from = in.row(in_y - in_window.y);
      for (const Share& share : shares) {
        for (int c = 0; c < kChannels; ++c) {
          row[static_cast<std::size_t>(share.out + c)] += from[share.in + c] * share.weight;
        }
      }
      for (std::size_t i = 0; i < length; ++i) sums[i] += row[i] * weight;
    });
    std::ranges::transform(sums, out.row(y), rounded);
  }
}

class OpencvArea final : public Resampler {
 public:
  [[nodiscard]] std::string_view name() const override { return "opencv-area"; }

  [[nodiscard]] Rect support(const Resampling& what) const override {
    if (!shrinks(what)) return linear_support(what, LinearPlaces::areas);
    const auto [x, width] = x_axis(what).support(what.window.x, what.window.width);
    const auto [y, height] = y_axis(what).support(what.window.y, what.window.height);
    return {x, y, width, height};
  }

  void resample(ConstImageView in, Rect in_window, const Resampling& what,
                ImageView out) const override {
    if (!shrinks(what)) return resample_linear(in, in_window, what, LinearPlaces::areas, out);
    if (halves(what)) return average_2x2(in, in_window, what, out);
    if (shrinks_by_whole_numbers(what)) return average_blocks(in, in_window, what, out);
    average_areas(in, in_window, what, out);
  }
};

}  // namespace

const Resampler& opencv_area() {
  static const OpencvArea kProfile;
  return kProfile;
}

}  // namespace vggflow
