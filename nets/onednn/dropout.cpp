#include "nets/onednn/dropout.h"

#include <algorithm>

namespace vggflow::onednn {
namespace {

// Elements first ... first + 3 of one sample.
void draw_four(float* factors, std::int64_t count, const PhiloxCounter& words, double threshold,
               float kept) {
  for (std::int64_t i = 0; i < count; ++i) {
    factors[i] = static_cast<double>(words[static_cast<std::size_t>(i)]) >= threshold ? kept : 0.0F;
  }
}

}  // namespace

void draw_dropout(float* factors, const DropoutExtent& extent, const DropoutKey& dropout,
                  const Step& step) {
  const double threshold = dropout.probability * 0x1p32;
  const auto kept = static_cast<float>(1.0 / (1.0 - dropout.probability));
  const std::int64_t quads = (extent.elements + 3) / 4;
#pragma omp parallel for collapse(2) schedule(static)
  for (int n = 0; n < extent.slots; ++n) {
    for (std::int64_t quad = 0; quad < quads; ++quad) {
      const std::uint64_t position = step.first_position + static_cast<std::uint64_t>(n);
      const auto words =
          philox({static_cast<std::uint32_t>(quad), static_cast<std::uint32_t>(step.iteration),
                  static_cast<std::uint32_t>(position), static_cast<std::uint32_t>(position >> 32)},
                 dropout.key);
      draw_four(factors + n * extent.elements + quad * 4,
                std::min<std::int64_t>(4, extent.elements - quad * 4), words, threshold, kept);
    }
  }
}

void multiply(float* __restrict values, const float* __restrict factors, std::size_t count) {
#pragma omp parallel for simd schedule(static)
  for (std::size_t i = 0; i < count; ++i) values[i] *= factors[i];
}

}  // namespace vggflow::onednn
