#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#include "stages/resample/profiles.h"

namespace vggflow {
namespace {

// Weights are fixed-point numbers: 32 bits less 8 of the pixel and 2 of headroom, as in Pillow.
constexpr int kPrecisionBits = 32 - 8 - 2;
constexpr int kHalf = 1 << (kPrecisionBits - 1);

/// The triangle over one output, in input coordinates.
struct Filter {
  double scale;    // input pixels per output pixel
  double stretch;  // the triangle's half base: the scale, but at least one pixel
  int in;

  Filter(int in_length, int out_length)
      : scale(static_cast<double>(in_length) / out_length),
        stretch(std::max(scale, 1.0)),
        in(in_length) {}
  [[nodiscard]] double centre(int out_index) const { return (out_index + 0.5) * scale; }
  [[nodiscard]] int first(int out_index) const {
    return std::max(0, static_cast<int>(centre(out_index) - stretch + 0.5));
  }
  [[nodiscard]] int end(int out_index) const {
    return std::min(in, static_cast<int>(centre(out_index) + stretch + 0.5));
  }
};

/// Inputs [first, first + count) of one output; their weights start at `weights` of the table.
struct Taps {
  int first = 0;
  int count = 0;
  std::size_t weights = 0;
};

/// Taps and weights of a run of outputs along one axis.
class Table {
 public:
  void build(int in, int out, int start, int count) {
    const Filter filter(in, out);
    taps_.clear();
    weights_.clear();
    for (int i = start; i < start + count; ++i) add(filter, i);
  }
  [[nodiscard]] const Taps& operator[](int i) const { return taps_[static_cast<std::size_t>(i)]; }
  [[nodiscard]] const std::int32_t* weights(const Taps& taps) const {
    return weights_.data() + taps.weights;
  }

 private:
  void add(const Filter& filter, int out_index) {
    const int first = filter.first(out_index);
    const int count = filter.end(out_index) - first;
    const double centre = filter.centre(out_index);
    const double inverse = 1.0 / filter.stretch;
    triangle_.clear();
    double sum = 0;
    for (int k = 0; k < count; ++k) {
      const double distance = std::abs((k + first - centre + 0.5) * inverse);
      triangle_.push_back(distance < 1.0 ? 1.0 - distance : 0.0);
      sum += triangle_.back();
    }
    taps_.push_back({first, count, weights_.size()});
    for (const double weight : triangle_) {
      const double share = sum != 0.0 ? weight / sum : weight;
      weights_.push_back(static_cast<std::int32_t>(0.5 + share * (1 << kPrecisionBits)));
    }
  }

  std::vector<Taps> taps_;
  std::vector<std::int32_t> weights_;
  std::vector<double> triangle_;  // of the output being added
};

std::uint8_t rounded(std::int32_t sum) {
  return static_cast<std::uint8_t>(std::clamp(sum >> kPrecisionBits, 0, 255));
}

/// `in` starts at input column `in_x`.
void filter_row(const std::uint8_t* in, int in_x, const Table& columns, int count,
                std::uint8_t* out) {
  for (int x = 0; x < count; ++x, out += kChannels) {
    const Taps& taps = columns[x];
    const std::int32_t* weights = columns.weights(taps);
    const std::uint8_t* pixel = in + (taps.first - in_x) * kChannels;
    std::int32_t r = kHalf;
    std::int32_t g = kHalf;
    std::int32_t b = kHalf;
    for (int k = 0; k < taps.count; ++k, pixel += kChannels) {
      r += pixel[0] * weights[k];
      g += pixel[1] * weights[k];
      b += pixel[2] * weights[k];
    }
    out[0] = rounded(r);
    out[1] = rounded(g);
    out[2] = rounded(b);
  }
}

/// Weighs `count` rows of `length` bytes, `length` apart; `sums` is room for one row.
void filter_column(const std::uint8_t* __restrict rows, const std::int32_t* weights, int count,
                   int length, std::int32_t* __restrict sums, std::uint8_t* __restrict out) {
  std::fill_n(sums, length, kHalf);
  for (int k = 0; k < count; ++k, rows += length) {
    const std::int32_t weight = weights[k];
    for (int i = 0; i < length; ++i) sums[i] += rows[i] * weight;
  }
  for (int i = 0; i < length; ++i) out[i] = rounded(sums[i]);
}

class PillowBilinear final : public Resampler {
 public:
  [[nodiscard]] std::string_view name() const override { return "pillow-bilinear"; }

  [[nodiscard]] Rect support(Size in, Size out, Rect w) const override {
    const auto span = [](int in_length, int out_length, int start, int count) {
      const Filter filter(in_length, out_length);
      const int first = filter.first(start);
      return std::pair{first, filter.end(start + count - 1) - first};
    };
    const auto [x, width] = span(in.width, out.width, w.x, w.width);
    const auto [y, height] = span(in.height, out.height, w.y, w.height);
    return {x, y, width, height};
  }

  /// Along rows, rounded to u8, then along columns, as Pillow does. Where a side keeps its length
  /// its only weight is one.
  void resample(ConstImageView in, Rect in_window, Size in_size, ImageView out, Rect out_window,
                Size out_size) const override {
    thread_local Table columns;
    thread_local Table rows;
    thread_local std::vector<std::uint8_t> filtered;  // (in_window.height, out_window.width, 3)
    thread_local std::vector<std::int32_t> sums;
    columns.build(in_size.width, out_size.width, out_window.x, out_window.width);
    rows.build(in_size.height, out_size.height, out_window.y, out_window.height);
    const int length = out_window.width * kChannels;
    const auto row_at = [&](int y) {
      return filtered.data() + std::ptrdiff_t{length} * (y - in_window.y);
    };
    filtered.resize(static_cast<std::size_t>(length) * in_window.height);
    sums.resize(static_cast<std::size_t>(length));
    const int first = rows[0].first;
    const Taps& last = rows[out_window.height - 1];
    for (int y = first; y < last.first + last.count; ++y) {
      filter_row(in.row(y - in_window.y), in_window.x, columns, out_window.width, row_at(y));
    }
    for (int y = 0; y < out_window.height; ++y) {
      const Taps& taps = rows[y];
      filter_column(row_at(taps.first), rows.weights(taps), taps.count, length, sums.data(),
                    out.row(y));
    }
  }
};

}  // namespace

const Resampler& pillow_bilinear() {
  static const PillowBilinear kProfile;
  return kProfile;
}

}  // namespace vggflow
