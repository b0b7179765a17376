// Compiled once for every instruction set, VGGFLOW_KERNELS naming which: nothing here may be inline
// code of others (a linker keeps one copy of it, for all machines), so no C++ headers but
// <cstdint>.
#include "stages/resample/kernels.h"

namespace vggflow {
namespace {

// Vectors of GCC and clang: they become what the instruction set has (SSE, AVX2, NEON).
using Bytes16 = std::uint8_t __attribute__((vector_size(16)));
using Longs2 = std::uint64_t __attribute__((vector_size(16)));
using Shorts8 = std::int16_t __attribute__((vector_size(16)));
using Shorts16 = std::int16_t __attribute__((vector_size(32)));
using Ints4 = std::int32_t __attribute__((vector_size(16)));
using Ints8 = std::int32_t __attribute__((vector_size(32)));

template <class To>
[[gnu::always_inline]] inline To load(const void* from) {
  To to;
  __builtin_memcpy(&to, from, sizeof to);
  return to;
}

/// a[0] b[0] + a[1] b[1], a[2] b[2] + a[3] b[3], ...
[[gnu::always_inline]] inline Ints8 dot_pairs(Shorts16 a, Shorts16 b) {
#if defined(__AVX2__)
  return reinterpret_cast<Ints8>(__builtin_ia32_pmaddwd256(a, b));
#else
  const auto even = [](Shorts16 v) {
    return __builtin_convertvector(__builtin_shufflevector(v, v, 0, 2, 4, 6, 8, 10, 12, 14), Ints8);
  };
  const auto odd = [](Shorts16 v) {
    return __builtin_convertvector(__builtin_shufflevector(v, v, 1, 3, 5, 7, 9, 11, 13, 15), Ints8);
  };
  return even(a) * even(b) + odd(a) * odd(b);
#endif
}

constexpr int kChannels = 3;
constexpr int kPrecisionBits = 22;
constexpr int kLowBits = 12;

void linear_pixel(const std::uint8_t* in, const LinearColumns& columns, int x, std::int16_t* out) {
  const std::int16_t* weight = columns.weight + 8 * x;
  const std::uint8_t* left = in + columns.offset[x];
  // At the end of the row there is no right pixel, and its weight is 0.
  const std::uint8_t* right = left + (weight[1] != 0 ? kChannels : 0);
  for (int c = 0; c < kChannels; ++c) {
    out[kChannels * x + c] =
        static_cast<std::int16_t>((left[c] * weight[0] + right[c] * weight[1]) >> 4);
  }
}

/// Two outputs at a time. Each writes 4 values, of which the next overwrites the last.
int linear_pairs(const std::uint8_t* in, const LinearColumns& columns, std::int16_t* out) {
  const std::int32_t* offset = columns.offset;
  const std::int16_t* weight = columns.weight;
  const int end = columns.wide.end;
  int x = columns.wide.begin;
  for (; x + 2 <= end; x += 2) {
    const auto bytes = reinterpret_cast<Bytes16>(
        Longs2{load<std::uint64_t>(in + offset[x]), load<std::uint64_t>(in + offset[x + 1])});
    const Bytes16 pairs = __builtin_shufflevector(bytes, bytes, 0, 3, 1, 4, 2, 5, 6, 7,  //
                                                  8, 11, 9, 12, 10, 13, 14, 15);
    const Ints8 sums =
        dot_pairs(__builtin_convertvector(pairs, Shorts16), load<Shorts16>(weight + 8 * x)) >> 4;
    const auto rows = reinterpret_cast<Longs2>(__builtin_convertvector(sums, Shorts8));
    __builtin_memcpy(out + kChannels * x, &rows, 8);
    const std::uint64_t second = rows[1];
    __builtin_memcpy(out + kChannels * (x + 1), &second, 8);
  }
  return x;
}

void linear_row(const std::uint8_t* in, const LinearColumns& columns, std::int16_t* out) {
  for (int x = 0; x < columns.wide.begin; ++x) linear_pixel(in, columns, x, out);
  for (int x = linear_pairs(in, columns, out); x < columns.count; ++x) {
    linear_pixel(in, columns, x, out);
  }
}

void linear_blend(const std::int16_t* __restrict upper, const std::int16_t* __restrict lower,
                  std::int16_t upper_weight, std::int16_t lower_weight, int count,
                  std::uint8_t* __restrict out) {
  for (int i = 0; i < count; ++i) {
    const auto a = static_cast<std::int16_t>((upper[i] * upper_weight) >> 16);
    const auto b = static_cast<std::int16_t>((lower[i] * lower_weight) >> 16);
    out[i] = static_cast<std::uint8_t>(static_cast<std::int16_t>(a + b + 2) >> 2);
  }
}

[[gnu::always_inline]] inline std::uint8_t rounded(std::int32_t sum) {
  sum >>= kPrecisionBits;
  return static_cast<std::uint8_t>(sum < 0 ? 0 : sum > 255 ? 255 : sum);
}

constexpr std::int32_t kHalf = 1 << (kPrecisionBits - 1);

void filter_pixel(const std::uint8_t* in, const FilterColumns& columns, int x, std::uint8_t* out) {
  const std::int32_t* weight = columns.weight + columns.taps * x;
  const std::uint8_t* pixel = in + columns.offset[x];
  std::int32_t sum[kChannels] = {kHalf, kHalf, kHalf};
  for (int k = 0; k < columns.taps; ++k) {
    if (weight[k] == 0) continue;  // it may lie beyond the row
    for (int c = 0; c < kChannels; ++c) sum[c] += pixel[kChannels * k + c] * weight[k];
  }
  for (int c = 0; c < kChannels; ++c) out[kChannels * x + c] = rounded(sum[c]);
}

/// Four taps at a time. Writes 4 bytes, of which the next output overwrites the last.
[[gnu::always_inline]] inline void filter_wide(const std::uint8_t* in, const FilterColumns& columns,
                                               int steps, int x, std::uint8_t* out) {
  const std::int16_t* low = columns.low + 16 * steps * x;
  const std::int16_t* high = columns.high + 16 * steps * x;
  const std::uint8_t* pixel = in + columns.offset[x];
  Ints8 sum_low{};
  Ints8 sum_high{};
  for (int s = 0; s < steps; ++s) {
    const auto bytes = load<Bytes16>(pixel + 4 * kChannels * s);
    const Bytes16 pairs = __builtin_shufflevector(bytes, bytes, 0, 3, 1, 4, 2, 5, 12, 12,  //
                                                  6, 9, 7, 10, 8, 11, 12, 12);
    const auto values = __builtin_convertvector(pairs, Shorts16);
    sum_low += dot_pairs(values, load<Shorts16>(low + 16 * s));
    sum_high += dot_pairs(values, load<Shorts16>(high + 16 * s));
  }
  const Ints8 both = (sum_high << kLowBits) + sum_low;
  Ints4 sum = __builtin_shufflevector(both, both, 0, 1, 2, 3) +
              __builtin_shufflevector(both, both, 4, 5, 6, 7);
  sum = (sum + kHalf) >> kPrecisionBits;
  sum = sum < 0 ? Ints4{} : sum;
  sum = sum > 255 ? Ints4{255, 255, 255, 255} : sum;
  const auto bytes = reinterpret_cast<Bytes16>(sum);
  const Bytes16 packed = __builtin_shufflevector(bytes, bytes, 0, 4, 8, 12, 0, 4, 8, 12,  //
                                                 0, 4, 8, 12, 0, 4, 8, 12);
  __builtin_memcpy(out + kChannels * x, &packed, 4);
}

void filter_row(const std::uint8_t* in, const FilterColumns& columns, std::uint8_t* out) {
  const OutputRange wide = columns.wide;
  for (int x = 0; x < wide.begin; ++x) filter_pixel(in, columns, x, out);
  if (columns.steps == 1) {
    for (int x = wide.begin; x < wide.end; ++x) filter_wide(in, columns, 1, x, out);
  } else {
    for (int x = wide.begin; x < wide.end; ++x) filter_wide(in, columns, columns.steps, x, out);
  }
  for (int x = wide.end; x < columns.count; ++x) filter_pixel(in, columns, x, out);
}

void filter_column(const std::uint8_t* const* rows, const std::int32_t* __restrict weight, int taps,
                   int length, std::uint8_t* __restrict out) {
  constexpr int kBlock = 32;  // sums that stay in registers
  int i = 0;
  for (; i + kBlock <= length; i += kBlock) {
    std::int32_t sum[kBlock];
    for (int j = 0; j < kBlock; ++j) sum[j] = kHalf;
    for (int k = 0; k < taps; ++k) {
      const std::uint8_t* row = rows[k] + i;
      for (int j = 0; j < kBlock; ++j) sum[j] += row[j] * weight[k];
    }
    for (int j = 0; j < kBlock; ++j) out[i + j] = rounded(sum[j]);
  }
  for (; i < length; ++i) {
    std::int32_t sum = kHalf;
    for (int k = 0; k < taps; ++k) sum += rows[k][i] * weight[k];
    out[i] = rounded(sum);
  }
}

}  // namespace

#define VGGFLOW_TEXT_OF(name) #name
#define VGGFLOW_TEXT(name) VGGFLOW_TEXT_OF(name)

const Kernels VGGFLOW_KERNELS{VGGFLOW_TEXT(VGGFLOW_KERNELS), linear_row, linear_blend, filter_row,
                              filter_column};

}  // namespace vggflow
