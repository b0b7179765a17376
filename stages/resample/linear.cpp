#include "stages/resample/linear.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <utility>
#include <vector>

#include "stages/resample/kernels.h"

namespace vggflow {
namespace {

// Weights are fixed-point numbers of 11 bits, as in OpenCV's INTER_RESIZE_COEF_BITS.
constexpr float kOne = 2048.0F;
constexpr int kSlack = 8;  // values that kernels write beyond a row

/// Two neighbouring inputs of one output and their weights. An output beyond the outermost pixel
/// centres repeats the edge.
struct Tap {
  int first = 0;
  std::int16_t weight[2] = {};
};

/// One axis of a resampling.
struct Axis {
  int in = 0;
  int out = 0;
  LinearPlaces places = LinearPlaces::centres;

  /// In float as OpenCV does: the rounding is part of the profile.
  [[nodiscard]] Tap tap(int out_index) const {
    const double inverse = static_cast<double>(out) / in;
    const double scale = 1.0 / inverse;
    int first = 0;
    float part = 0;  // of the way to the next input
    if (places == LinearPlaces::centres) {
      const auto position = static_cast<float>((out_index + 0.5) * scale - 0.5);
      first = static_cast<int>(std::floor(position));
      part = position - static_cast<float>(first);
    } else {
      first = static_cast<int>(std::floor(out_index * scale));
      part = static_cast<float>((out_index + 1) - (first + 1) * inverse);
      part = part <= 0 ? 0.0F : part - std::floor(part);
    }
    const auto fixed = [](float weight) {
      return static_cast<std::int16_t>(std::lrintf(weight * kOne));
    };
    return {first, {fixed(1.0F - part), fixed(part)}};
  }

  /// Along a row OpenCV gives an edge pixel the whole weight ...
  [[nodiscard]] Tap column_tap(int out_x) const {
    const Tap tap = this->tap(out_x);
    if (tap.first < 0) return {0, {static_cast<std::int16_t>(kOne), 0}};
    if (tap.first >= in - 1) return {in - 1, {static_cast<std::int16_t>(kOne), 0}};
    return tap;
  }

  /// ... but down a column it blends the edge row with itself, which rounds differently.
  [[nodiscard]] std::pair<int, int> rows_of(const Tap& tap) const {
    return {std::clamp(tap.first, 0, in - 1), std::clamp(tap.first + 1, 0, in - 1)};
  }

  /// First input and number of inputs of `count` outputs.
  [[nodiscard]] std::pair<int, int> support(int start, int count) const {
    const int first = rows_of(tap(start)).first;
    const int last = rows_of(tap(start + count - 1)).second;
    return {first, last - first + 1};
  }
};

Axis x_axis(const Resampling& what, LinearPlaces places) {
  return {what.in.width, what.out.width, places};
}
Axis y_axis(const Resampling& what, LinearPlaces places) {
  return {what.in.height, what.out.height, places};
}

/// The memory of LinearColumns; keeps it.
class Columns {
 public:
  void build(const Resampling& what, LinearPlaces places, Rect in_window) {
    const Axis axis = x_axis(what, places);
    const int count = what.window.width;
    offset_.resize(static_cast<std::size_t>(count));
    weight_.resize(static_cast<std::size_t>(count) * 8);
    constexpr int kWideBytes = 8;
    const int last_wide = in_window.width * kChannels - kWideBytes;
    wide_ = {count, 0};
    for (int i = 0; i < count; ++i) {
      const Tap tap = axis.column_tap(what.window.x + (what.mirrored ? count - 1 - i : i));
      const int offset = (tap.first - in_window.x) * kChannels;
      offset_[static_cast<std::size_t>(i)] = offset;
      std::int16_t* weight = weight_.data() + std::ptrdiff_t{8} * i;
      for (int c = 0; c < kChannels; ++c) std::copy_n(tap.weight, 2, weight + 2 * c);
      std::fill_n(weight + 6, 2, std::int16_t{0});
      if (offset > last_wide) continue;
      wide_ = {std::min(wide_.begin, i), i + 1};
    }
    if (wide_.end == 0) wide_ = {count, count};
  }
  [[nodiscard]] LinearColumns view() const {
    return {offset_.data(), weight_.data(), static_cast<int>(offset_.size()), wide_};
  }

 private:
  std::vector<std::int32_t> offset_;
  std::vector<std::int16_t> weight_;
  OutputRange wide_;
};

/// Rows interpolated along x; each is asked for by at most a few neighbouring output rows, in
/// order, so two are kept.
class InterpolatedRows {
 public:
  void reset(std::size_t row_length) {
    for (auto& row : rows_) row.resize(row_length + kSlack);
    kept_[0] = kept_[1] = -1;
  }
  template <class Make>
  const std::int16_t* get(int y, Make make) {
    const int place = y & 1;  // the two rows of a tap are neighbours
    if (kept_[place] != y) {
      make(y, rows_[place].data());
      kept_[place] = y;
    }
    return rows_[place].data();
  }

 private:
  std::vector<std::int16_t> rows_[2];
  int kept_[2] = {-1, -1};
};

}  // namespace

Rect linear_support(const Resampling& what, LinearPlaces places) {
  const auto [x, width] = x_axis(what, places).support(what.window.x, what.window.width);
  const auto [y, height] = y_axis(what, places).support(what.window.y, what.window.height);
  return {x, y, width, height};
}

void resample_linear(ConstImageView in, Rect in_window, const Resampling& what, LinearPlaces places,
                     ImageView out) {
  thread_local Columns memory;
  thread_local InterpolatedRows rows;
  const Kernels& kernel = kernels();
  memory.build(what, places, in_window);
  const LinearColumns columns = memory.view();
  const int length = what.window.width * kChannels;
  rows.reset(static_cast<std::size_t>(length));
  const auto make = [&](int y, std::int16_t* row) {
    kernel.linear_row(in.row(y - in_window.y), columns, row);
  };
  const Axis axis = y_axis(what, places);
  for (int y = 0; y < what.window.height; ++y) {
    const Tap tap = axis.tap(what.window.y + y);
    const auto [upper, lower] = axis.rows_of(tap);
    const std::int16_t* upper_row = rows.get(upper, make);
    const std::int16_t* lower_row = rows.get(lower, make);
    kernel.linear_blend(upper_row, lower_row, tap.weight[0], tap.weight[1], length, out.row(y));
  }
}

bool halves(const Resampling& what) {
  return what.in.width == 2 * what.out.width && what.in.height == 2 * what.out.height;
}

Rect halving_support(Rect window) {
  return {2 * window.x, 2 * window.y, 2 * window.width, 2 * window.height};
}

void average_2x2(ConstImageView in, Rect in_window, const Resampling& what, ImageView out) {
  const int step = what.mirrored ? -2 * kChannels : 2 * kChannels;
  const int first = what.mirrored ? what.window.x + what.window.width - 1 : what.window.x;
  for (int y = 0; y < what.window.height; ++y) {
    const int y0 = 2 * (what.window.y + y) - in_window.y;
    const std::uint8_t* upper = in.at(2 * first - in_window.x, y0);
    const std::uint8_t* lower = in.at(2 * first - in_window.x, y0 + 1);
    std::uint8_t* row = out.row(y);
    for (int x = 0; x < what.window.width; ++x, upper += step, lower += step) {
      for (int c = 0; c < kChannels; ++c) {
        const int sum = upper[c] + upper[c + kChannels] + lower[c] + lower[c + kChannels];
        *row++ = static_cast<std::uint8_t>((sum + 2) >> 2);
      }
    }
  }
}

}  // namespace vggflow
