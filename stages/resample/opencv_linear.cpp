#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#include "stages/resample/profiles.h"

namespace vggflow {
namespace {

// Weights are fixed-point numbers of 11 bits, as in OpenCV's INTER_RESIZE_COEF_BITS.
constexpr float kOne = 2048.0F;

/// Two neighbouring inputs of one output and their weights. An output beyond the outermost pixel
/// centres repeats the edge.
struct Tap {
  int first = 0;
  std::int16_t weight[2] = {};
};

/// In float as OpenCV does: the rounding is part of the profile.
Tap tap_of(int out_index, int in, int out) {
  const double scale = 1.0 / (static_cast<double>(out) / in);
  auto position = static_cast<float>((out_index + 0.5) * scale - 0.5);
  const auto first = static_cast<int>(std::floor(position));
  position -= static_cast<float>(first);
  const auto fixed = [](float weight) {
    return static_cast<std::int16_t>(std::lrintf(weight * kOne));
  };
  return {first, {fixed(1.0F - position), fixed(position)}};
}

/// Along a row OpenCV gives an edge pixel the whole weight ...
Tap column_tap(int out_x, int in, int out) {
  const Tap tap = tap_of(out_x, in, out);
  if (tap.first < 0) return {0, {static_cast<std::int16_t>(kOne), 0}};
  if (tap.first >= in - 1) return {in - 1, {static_cast<std::int16_t>(kOne), 0}};
  return tap;
}

/// ... but down a column it blends the edge row with itself, which rounds differently.
struct RowTap {
  int row[2] = {};
  std::int16_t weight[2] = {};
};

RowTap row_tap(int out_y, int in, int out) {
  const Tap tap = tap_of(out_y, in, out);
  return {{std::clamp(tap.first, 0, in - 1), std::clamp(tap.first + 1, 0, in - 1)},
          {tap.weight[0], tap.weight[1]}};
}

/// One input row, interpolated along x, with 7 fractional bits left.
void interpolate_row(const std::uint8_t* in, const std::vector<Tap>& taps, int last_column,
                     std::int16_t* out) {
  for (const Tap& tap : taps) {
    const std::uint8_t* left = in + tap.first * kChannels;
    const std::uint8_t* right = left + (tap.first < last_column ? kChannels : 0);
    for (int c = 0; c < kChannels; ++c) {
      out[c] = static_cast<std::int16_t>((left[c] * tap.weight[0] + right[c] * tap.weight[1]) >> 4);
    }
    out += kChannels;
  }
}

void blend_rows(const std::int16_t* __restrict upper, const std::int16_t* __restrict lower,
                const std::int16_t weight[2], int count, std::uint8_t* __restrict out) {
  const std::int16_t w0 = weight[0];
  const std::int16_t w1 = weight[1];
  for (int i = 0; i < count; ++i) {
    const auto a = static_cast<std::int16_t>((upper[i] * w0) >> 16);
    const auto b = static_cast<std::int16_t>((lower[i] * w1) >> 16);
    out[i] = static_cast<std::uint8_t>(static_cast<std::int16_t>(a + b + 2) >> 2);
  }
}

/// Rows interpolated along x; each is asked for by at most a few neighbouring output rows, in
/// order, so two are kept.
class InterpolatedRows {
 public:
  void reset(std::size_t row_length) {
    for (auto& row : rows_) row.resize(row_length);
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

bool halves(Size in, Size out) { return in.width == 2 * out.width && in.height == 2 * out.height; }

void average_2x2(ConstImageView in, Rect in_window, ImageView out, Rect out_window) {
  for (int y = 0; y < out_window.height; ++y) {
    const int x0 = 2 * out_window.x - in_window.x;
    const int y0 = 2 * (out_window.y + y) - in_window.y;
    const std::uint8_t* upper = in.at(x0, y0);
    const std::uint8_t* lower = in.at(x0, y0 + 1);
    std::uint8_t* row = out.row(y);
    for (int x = 0; x < out_window.width; ++x, upper += 2 * kChannels, lower += 2 * kChannels) {
      for (int c = 0; c < kChannels; ++c) {
        const int sum = upper[c] + upper[c + kChannels] + lower[c] + lower[c + kChannels];
        *row++ = static_cast<std::uint8_t>((sum + 2) >> 2);
      }
    }
  }
}

void interpolate(ConstImageView in, Rect in_window, Size in_size, ImageView out, Rect out_window,
                 Size out_size) {
  thread_local std::vector<Tap> taps;
  thread_local InterpolatedRows rows;
  taps.clear();
  for (int x = 0; x < out_window.width; ++x) {
    taps.push_back(column_tap(out_window.x + x, in_size.width, out_size.width));
    taps.back().first -= in_window.x;
  }
  const int count = out_window.width * kChannels;
  rows.reset(static_cast<std::size_t>(count));
  const auto make = [&](int y, std::int16_t* row) {
    interpolate_row(in.row(y - in_window.y), taps, in_window.width - 1, row);
  };
  for (int y = 0; y < out_window.height; ++y) {
    const RowTap tap = row_tap(out_window.y + y, in_size.height, out_size.height);
    const std::int16_t* upper = rows.get(tap.row[0], make);
    const std::int16_t* lower = rows.get(tap.row[1], make);
    blend_rows(upper, lower, tap.weight, count, out.row(y));
  }
}

class OpencvLinear final : public Resampler {
 public:
  [[nodiscard]] std::string_view name() const override { return "opencv-linear"; }

  [[nodiscard]] Rect support(Size in, Size out, Rect w) const override {
    if (halves(in, out)) return {2 * w.x, 2 * w.y, 2 * w.width, 2 * w.height};
    const auto span = [](int in_length, int out_length, int start, int count) {
      const int first = row_tap(start, in_length, out_length).row[0];
      const int last = row_tap(start + count - 1, in_length, out_length).row[1];
      return std::pair{first, last - first + 1};
    };
    const auto [x, width] = span(in.width, out.width, w.x, w.width);
    const auto [y, height] = span(in.height, out.height, w.y, w.height);
    return {x, y, width, height};
  }

  void resample(ConstImageView in, Rect in_window, Size in_size, ImageView out, Rect out_window,
                Size out_size) const override {
    if (halves(in_size, out_size)) {
      average_2x2(in, in_window, out, out_window);
    } else {
      interpolate(in, in_window, in_size, out, out_window, out_size);
    }
  }
};

}  // namespace

const Resampler& opencv_linear() {
  static const OpencvLinear kProfile;
  return kProfile;
}

}  // namespace vggflow
