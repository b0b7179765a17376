#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#include "stages/resample/kernels.h"
#include "stages/resample/pillow_taps.h"
#include "stages/resample/profiles.h"

namespace vggflow {
namespace {

constexpr std::size_t kSlack = 8;  // bytes that kernels write beyond a row

double triangle(double x) {
  x = std::abs(x);
  return x < 1.0 ? 1.0 - x : 0.0;
}

/// Keys, "Cubic convolution interpolation for digital image processing", 1981, with a = -1/2.
double cubic(double x) {
  constexpr double a = -0.5;
  x = std::abs(x);
  if (x < 1.0) return ((a + 2.0) * x - (a + 3.0)) * x * x + 1;
  if (x < 2.0) return (((x - 5) * x + 8) * x - 4) * a;
  return 0.0;
}

/// Rows filtered along x, made when first asked for. Those of one output row are neighbours, and
/// the next output's begin no earlier, so as many as an output takes are kept: little enough to
/// stay in the cache.
class FilteredRows {
 public:
  void reset(std::size_t length, int most) {
    length_ = length + kSlack;
    memory_.resize(length_ * static_cast<std::size_t>(most));
    pointers_.resize(static_cast<std::size_t>(most));
    end_ = 0;
  }

  /// Pointers to rows [first, first + count).
  template <class Make>
  const std::uint8_t* const* get(int first, int count, Make make) {
    for (end_ = std::max(end_, first); end_ < first + count; ++end_) make(end_, at(end_));
    for (int i = 0; i < count; ++i) pointers_[static_cast<std::size_t>(i)] = at(first + i);
    return pointers_.data();
  }

 private:
  [[nodiscard]] std::uint8_t* at(int y) {
    return memory_.data() + length_ * (static_cast<std::size_t>(y) % pointers_.size());
  }

  std::size_t length_ = 0;  // of a row, bytes
  std::vector<std::uint8_t> memory_;
  std::vector<const std::uint8_t*> pointers_;
  int end_ = 0;  // of the rows made
};

class Pillow final : public Resampler {
 public:
  Pillow(std::string_view name, PillowFilter filter) : name_(name), filter_(filter) {}
  [[nodiscard]] std::string_view name() const override { return name_; }

  [[nodiscard]] Rect support(const Resampling& what) const override {
    const Rect w = what.window;
    const auto x = PillowTaps::support(filter_, what.in.width, what.out.width, w.x, w.width);
    const auto y = PillowTaps::support(filter_, what.in.height, what.out.height, w.y, w.height);
    return {x.first, y.first, x.count, y.count};
  }

  /// Along rows, rounded to u8, then along columns, as Pillow does. Where a side keeps its length
  /// its only weight is one.
  void resample(ConstImageView in, Rect in_window, const Resampling& what,
                ImageView out) const override {
    thread_local Memory memory;
    const Kernels& kernel = kernels();
    const Rect w = what.window;
    memory.taps.build(filter_, what.in.width, what.out.width, w.x, w.width);
    memory.columns.build(memory.taps, in_window.x, in_window.width, what.mirrored);
    const FilterColumns columns = memory.columns.view();
    PillowTaps& rows = memory.taps;  // the columns have what they need of it
    rows.build(filter_, what.in.height, what.out.height, w.y, w.height);

    const int length = w.width * kChannels;
    memory.filtered.reset(static_cast<std::size_t>(length), rows.most_taps());
    for (int y = 0; y < w.height; ++y) {
      const PillowTaps::Tap& tap = rows[y];
      const auto* inputs = memory.filtered.get(tap.first, tap.count, [&](int in_y, auto* row) {
        kernel.filter_row(in.row(in_y - in_window.y), columns, row);
      });
      kernel.filter_column(inputs, rows.weights(tap), tap.count, length, out.row(y));
    }
  }

 private:
  struct Memory {
    PillowTaps taps;
    PillowColumns columns;
    FilteredRows filtered;
  };

  std::string_view name_;
  PillowFilter filter_;
};

}  // namespace

const Resampler& pillow_bilinear() {
  static const Pillow kProfile("pillow-bilinear", {1.0, triangle});
  return kProfile;
}

const Resampler& pillow_bicubic() {
  static const Pillow kProfile("pillow-bicubic", {2.0, cubic});
  return kProfile;
}

}  // namespace vggflow
