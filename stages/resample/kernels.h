#pragma once

#include <cstdint>

namespace vggflow {

/// A run of outputs, [begin, end).
struct OutputRange {
  int begin = 0;
  int end = 0;
};

/// The two taps of every output of a row: weights of 11 bits, as in OpenCV.
struct LinearColumns {
  const std::int32_t* offset;  // (count) of the left pixel from the row's start, bytes
  const std::int16_t* weight;  // (count, 8): left, right, left, right, left, right, 0, 0
  int count;
  OutputRange wide;  // those whose left pixel is followed by 5 more bytes of the row
};

/// The taps of every output of a row, as many for each: weights of 22 bits, as in Pillow, in two
/// halves: weight = high * 4096 + low, 0 <= low < 4096. Outputs whose taps come in `steps` loads of
/// four pixels, 16 bytes each, that do not leave the row, are `wide`.
struct FilterColumns {
  const std::int32_t* offset;  // (count) of the first tap's pixel, bytes
  const std::int16_t* low;     // (count, steps, 16): of two taps, thrice, then 0, 0; so of the next
  const std::int16_t* high;    // likewise
  const std::int32_t* weight;  // (count, taps) whole
  int count;
  int taps;   // of every output; the last may weigh 0
  int steps;  // (taps + 3) / 4
  OutputRange wide;
};

/// The inner loops of resampling on rows of u8 RGB, in the widest form that the processor has. The
/// same bytes in every form.
struct Kernels {
  const char* name;
  /// Interpolates along a row; `out` holds 3 * count values with 7 fractional bits and room for 8
  /// more.
  void (*linear_row)(const std::uint8_t* in, const LinearColumns& columns, std::int16_t* out);
  /// Mixes two such rows of `count` values; weights of 11 bits.
  void (*linear_blend)(const std::int16_t* upper, const std::int16_t* lower,
                       std::int16_t upper_weight, std::int16_t lower_weight, int count,
                       std::uint8_t* out);
  /// Filters along a row; `out` holds 3 * count bytes and room for 8 more.
  void (*filter_row)(const std::uint8_t* in, const FilterColumns& columns, std::uint8_t* out);
  /// Weighs `taps` rows of `length` bytes; weights of 22 bits.
  void (*filter_column)(const std::uint8_t* const* rows, const std::int32_t* weight, int taps,
                        int length, std::uint8_t* out);
};

/// Those of this processor.
[[nodiscard]] const Kernels& kernels();

// One for each instruction set that the library holds; `baseline` runs everywhere.
extern const Kernels kBaselineKernels;
extern const Kernels kAvx2Kernels;  // x86-64 only

}  // namespace vggflow
