#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/export.h"
#include "stages/resample/kernels.h"

namespace vggflow {

/// A filter of Pillow's `Image.resize`: an even function, 0 from `support` on.
struct PillowFilter {
  double support;  // in output pixels where a picture grows, in input pixels where it shrinks
  double (*at)(double x);
};

/// The inputs and weights of a run of outputs along one axis: fixed-point numbers of 22 bits.
class VGGFLOW_API PillowTaps {
 public:
  struct Tap {
    int first = 0;
    int count = 0;
    std::size_t weights = 0;  // where they start
  };

  void build(const PillowFilter& filter, int in, int out, int start, int count);

  [[nodiscard]] const Tap& operator[](int i) const { return taps_[static_cast<std::size_t>(i)]; }
  [[nodiscard]] const std::int32_t* weights(const Tap& tap) const {
    return weights_.data() + tap.weights;
  }
  [[nodiscard]] int most_taps() const;
  [[nodiscard]] int size() const { return static_cast<int>(taps_.size()); }

  /// First input and number of inputs of a run of outputs.
  struct Span {
    int first = 0;
    int count = 0;
  };
  [[nodiscard]] static Span support(const PillowFilter& filter, int in, int out, int start,
                                    int count);

 private:
  std::vector<Tap> taps_;
  std::vector<std::int32_t> weights_;
  std::vector<double> shares_;  // of the output being added
};

/// The memory of FilterColumns; keeps it.
class VGGFLOW_API PillowColumns {
 public:
  /// `in_x`, `in_width`: the columns that rows hold. `mirrored`: the last output comes first.
  void build(const PillowTaps& taps, int in_x, int in_width, bool mirrored);
  [[nodiscard]] FilterColumns view() const;

 private:
  void add(const PillowTaps& taps, int from, int to, int in_x);

  std::vector<std::int32_t> offset_;
  std::vector<std::int16_t> low_;
  std::vector<std::int16_t> high_;
  std::vector<std::int32_t> weight_;
  int taps_ = 0;
  int steps_ = 0;
  OutputRange wide_;
};

}  // namespace vggflow
