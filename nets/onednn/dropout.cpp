#include "nets/onednn/dropout.h"

#include <algorithm>

namespace vggflow::onednn {
namespace {

// Bits of the elements 4 * quad ... of one sample.
unsigned kept_of_four(std::uint32_t quad, std::int64_t count, std::uint64_t position,
                      const DropoutKey& dropout, std::uint64_t iteration) {
  const auto words =
      philox({quad, static_cast<std::uint32_t>(iteration), static_cast<std::uint32_t>(position),
              static_cast<std::uint32_t>(position >> 32)},
             dropout.key);
  const double threshold = dropout.probability * 0x1p32;
  unsigned kept = 0;
  for (std::int64_t i = 0; i < count; ++i) {
    const auto word = static_cast<double>(words[static_cast<std::size_t>(i)]);
    kept |= static_cast<unsigned>(word >= threshold) << i;
  }
  return kept;
}

}  // namespace

void draw_dropout(std::uint8_t* bits, const DropoutExtent& extent, const DropoutKey& dropout,
                  const Step& step) {
  const std::int64_t bytes = extent.slot_bytes();
#pragma omp parallel for collapse(2) schedule(static)
  for (int n = 0; n < extent.slots; ++n) {
    for (std::int64_t byte = 0; byte < bytes; ++byte) {
      const std::uint64_t position = step.first_position + static_cast<std::uint64_t>(n);
      const std::int64_t left = extent.elements - 8 * byte;
      const auto quad = static_cast<std::uint32_t>(2 * byte);
      const unsigned low =
          kept_of_four(quad, std::min<std::int64_t>(left, 4), position, dropout, step.iteration);
      const unsigned high = kept_of_four(quad + 1, std::min<std::int64_t>(left - 4, 4), position,
                                         dropout, step.iteration);
      bits[n * bytes + byte] = static_cast<std::uint8_t>(low | high << 4);
    }
  }
}

void apply_dropout(float* values, const BlobLayout& layout, const std::uint8_t* bits,
                   double probability) {
  const auto kept = static_cast<float>(1.0 / (1.0 - probability));
  const std::int64_t bytes =
      DropoutExtent{1, layout.channels * layout.rows * layout.columns}.bytes();
#pragma omp parallel for schedule(static)
  for (std::int64_t n = 0; n < layout.slots; ++n) {
    const std::uint8_t* mask = bits + n * bytes;
    std::int64_t e = 0;
    for (std::int64_t c = 0; c < layout.channels; ++c) {
      for (std::int64_t y = 0; y < layout.rows; ++y) {
        for (std::int64_t x = 0; x < layout.columns; ++x, ++e) {
          float& value = values[layout.offset(n, c, y, x)];
          value = (mask[e / 8] >> e % 8 & 1) != 0 ? value * kept : 0.0F;
        }
      }
    }
  }
}

}  // namespace vggflow::onednn
