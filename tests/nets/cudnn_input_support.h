#pragma once

#include <algorithm>

#include "tests/nets/cudnn_on_host.h"
#include "tests/nets/cudnn_test_support.h"
#include "tests/nets/tiny.h"

namespace vggflow::cudnn {

/// Maps of all kinds in turn: scaled and shifted, mixing, doing nothing, and with zeros of both
/// signs.
inline Batch batch_of_maps() {
  Batch batch = random_batch(9, {13, 7}, 5);
  const float k = 1 / 57.3F;
  const ColourAffine maps[] = {{{k, 0, 0, -1.7F, 0, k * 1.1F, 0, -2.1F, 0, 0, k * 0.9F, 0.3F}},
                               {{0.4F, 0.3F, -0.2F, 1, 0.1F, k, 0.7F, -3, 0, 0.2F, 0.9F, 5}},
                               {},
                               {{k, -0.0F, 0, -0.0F, 0, 0, 0, -0.0F, -0.0F, -0.0F, -0.0F, -0.0F}}};
  for (std::size_t n = 0; n < batch.colour.size(); ++n) batch.colour[n] = maps[n % 4];
  return batch;
}

/// The batch's pixels as one picture, slots one above the other; in turn a slot shows its own
/// pixels, the same mirrored, and a window that begins in the midst of slot 0 and whose rows lie
/// two pixels closer.
inline on_host::Input cuts_of(const Batch& batch) {
  on_host::Input input{batch.pixels, {}, {}, batch.weights};
  const Size image = batch.shape.image;
  for (int n = 0; n < batch.shape.slots; ++n) {
    const cuda::Cut whole{n * image.area(), image.width, n % 3 == 1 ? 1 : 0};
    const cuda::Cut window{2 * image.width + 3, image.width - 2, n % 2};
    input.cuts.push_back(n % 3 == 2 ? window : whole);
    const auto& m = batch.colour[static_cast<std::size_t>(n)].m;
    input.colour.insert(input.colour.end(), m.begin(), m.end());
  }
  return input;
}

inline std::int64_t input_elements(const Batch& batch) {
  return batch.shape.slots * batch.shape.image.area() * kInputChannels;
}

/// Pixel by pixel, as Cut's and ColourAffine's definitions have it.
template <class T>
std::vector<T> wanted_input(const Batch& batch, const on_host::Input& input) {
  const Size image = batch.shape.image;
  std::vector<T> wanted;
  for (std::size_t n = 0; n < input.cuts.size(); ++n) {
    const cuda::Cut& cut = input.cuts[n];
    for (int y = 0; y < image.height; ++y) {
      for (int x = 0; x < image.width; ++x) {
        const std::int64_t pixel =
            cut.first + y * cut.row + (cut.mirrored != 0 ? image.width - 1 - x : x);
        const std::uint8_t* rgb = input.pixels.data() + 3 * pixel;
        for (int c = 0; c < kInputChannels; ++c) {
          wanted.push_back(T(c < 3 ? batch.colour[n].channel(c, rgb[0], rgb[1], rgb[2]) : 0.0F));
        }
      }
    }
  }
  return wanted;
}

}  // namespace vggflow::cudnn
