#include "nets/onednn/max_pool.h"

#include <algorithm>
#include <cstring>

namespace vggflow::onednn {
namespace {

constexpr std::int64_t kLanes = 8;
using Floats = float __attribute__((vector_size(kLanes * sizeof(float))));
using Ints = std::int32_t __attribute__((vector_size(kLanes * sizeof(std::int32_t))));
using Bytes = std::uint8_t __attribute__((vector_size(kLanes)));

// One row of pooled pixels.
struct ForwardRow {
  const float* above;  // of the source
  const float* below;
  float* out;
  std::uint8_t* places;  // or none
  std::int64_t pixels;
  std::int64_t block;
};
struct BackwardRow {
  const float* gradient;
  const float* relu_output;  // or none
  const std::uint8_t* places;
  float* above;  // of the source's gradient
  float* below;
  std::int64_t pixels;
  std::int64_t block;
};

// Vectors go by reference: how they are passed by value depends on the instruction set.
__attribute__((always_inline)) inline void load(Floats& to, const float* from) {
  std::memcpy(&to, from, sizeof(to));
}
__attribute__((always_inline)) inline void store(float* to, const Floats& from) {
  std::memcpy(to, &from, sizeof(from));
}

template <bool kNoted>
__attribute__((always_inline)) inline void forward_lanes(const ForwardRow& row, std::int64_t from,
                                                         std::int64_t to) {
  Floats largest;
  Ints place{};
  load(largest, row.above + from);
  const float* const others[] = {row.above + from + row.block, row.below + from,
                                 row.below + from + row.block};
  for (int i = 0; i < 3; ++i) {
    Floats other;
    load(other, others[i]);
    const Ints larger = other > largest;
    largest = larger ? other : largest;
    if constexpr (kNoted) place = larger ? Ints{} + (i + 1) : place;
  }
  store(row.out + to, largest);
  if constexpr (!kNoted) return;
  const Bytes bytes = __builtin_convertvector(place, Bytes);
  std::memcpy(row.places + to, &bytes, sizeof(bytes));
}

__attribute__((always_inline)) inline void backward_lanes(const BackwardRow& row, std::int64_t from,
                                                          std::int64_t to) {
  Floats gradient;
  load(gradient, row.gradient + from);
  if (row.relu_output != nullptr) {
    Floats output;
    load(output, row.relu_output + from);
    gradient = output > 0 ? gradient : Floats{};
  }
  Bytes bytes;
  std::memcpy(&bytes, row.places + from, sizeof(bytes));
  const Ints place = __builtin_convertvector(bytes, Ints);
  float* const targets[] = {row.above + to, row.above + to + row.block, row.below + to,
                            row.below + to + row.block};
  for (int i = 0; i < 4; ++i) store(targets[i], place == i ? gradient : Floats{});
}

template <bool kNoted>
__attribute__((always_inline)) inline void forward_row(const ForwardRow& row) {
  for (std::int64_t x = 0; x < row.pixels; ++x) {
    for (std::int64_t lane = 0; lane < row.block; lane += kLanes) {
      forward_lanes<kNoted>(row, 2 * x * row.block + lane, x * row.block + lane);
    }
  }
}
__attribute__((always_inline)) inline void forward_row(const ForwardRow& row) {
  if (row.places != nullptr) return forward_row<true>(row);
  forward_row<false>(row);
}

__attribute__((always_inline)) inline void backward_row(const BackwardRow& row) {
  for (std::int64_t x = 0; x < row.pixels; ++x) {
    for (std::int64_t lane = 0; lane < row.block; lane += kLanes) {
      backward_lanes(row, x * row.block + lane, 2 * x * row.block + lane);
    }
  }
}

void forward_anywhere(const ForwardRow& row) { forward_row(row); }
void backward_anywhere(const BackwardRow& row) { backward_row(row); }
#if defined(__x86_64__)
__attribute__((target("avx2"))) void forward_avx2(const ForwardRow& row) { forward_row(row); }
__attribute__((target("avx2"))) void backward_avx2(const BackwardRow& row) { backward_row(row); }
#endif

struct Rows {
  void (*forward)(const ForwardRow&) = forward_anywhere;
  void (*backward)(const BackwardRow&) = backward_anywhere;
};

Rows choose_rows() {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx2")) return {forward_avx2, backward_avx2};
#endif
  return {};
}

const Rows& rows() {
  static const Rows kRows = choose_rows();
  return kRows;
}

bool dense(const BlobLayout& layout) {
  const auto& s = layout.strides;
  return s[3] == layout.block && s[2] == s[3] * layout.columns && s[1] == s[2] * layout.rows;
}

}  // namespace

bool pools_in_blocks(const BlobLayout& src, const BlobLayout& dst, int window,
                     MaxPoolShape& shape) {
  if (window != 2 || src.block != dst.block || src.block % kLanes != 0) return false;
  if (!dense(src) || !dense(dst)) return false;
  const std::int64_t blocks = (src.channels + src.block - 1) / src.block;
  shape = {src.slots * blocks, src.rows, src.columns, src.block};
  return src.strides[0] == blocks * src.strides[1] && dst.strides[0] == blocks * dst.strides[1];
}

void max_pool(const float* src, float* dst, std::uint8_t* places, const MaxPoolShape& shape) {
  const std::int64_t out_rows = shape.rows / 2;
  const std::int64_t out_row = shape.columns / 2 * shape.block;
  const std::int64_t in_row = shape.columns * shape.block;
  const auto run = rows().forward;
#pragma omp parallel for collapse(2) schedule(static)
  for (std::int64_t map = 0; map < shape.maps; ++map) {
    for (std::int64_t y = 0; y < out_rows; ++y) {
      const float* above = src + (map * shape.rows + 2 * y) * in_row;
      const std::int64_t out = (map * out_rows + y) * out_row;
      run({above, above + in_row, dst + out, places != nullptr ? places + out : nullptr,
           shape.columns / 2, shape.block});
    }
  }
}

void max_pool_backward(const float* dst_gradient, const float* relu_output,
                       const std::uint8_t* places, float* src_gradient, const MaxPoolShape& shape) {
  const std::int64_t out_rows = shape.rows / 2;
  const std::int64_t out_row = shape.columns / 2 * shape.block;
  const std::int64_t in_row = shape.columns * shape.block;
  const auto run = rows().backward;
#pragma omp parallel for collapse(2) schedule(static)
  for (std::int64_t map = 0; map < shape.maps; ++map) {
    for (std::int64_t y = 0; y < out_rows; ++y) {
      float* above = src_gradient + (map * shape.rows + 2 * y) * in_row;
      float* const below = above + in_row;
      const std::int64_t out = (map * out_rows + y) * out_row;
      run({dst_gradient + out, relu_output != nullptr ? relu_output + out : nullptr, places + out,
           above, below, shape.columns / 2, shape.block});
      // What no window covers gets no gradient.
      if (shape.columns % 2 != 0) {
        std::fill_n(below - shape.block, shape.block, 0.0F);
        std::fill_n(below + in_row - shape.block, shape.block, 0.0F);
      }
      if (shape.rows % 2 != 0 && y + 1 == out_rows) std::fill_n(below + in_row, in_row, 0.0F);
    }
  }
}

}  // namespace vggflow::onednn
