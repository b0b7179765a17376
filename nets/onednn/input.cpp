#include "nets/onednn/input.h"

#include <algorithm>
#include <array>

namespace vggflow::onednn {
namespace {

constexpr int kLevels = 256;
using Tables = std::array<std::array<float, kLevels>, kChannels>;

// Where the values of one slot go: channel c of pixel i to out[c * plane + i * step].
struct Target {
  float* out;
  std::int64_t pixels;
  std::int64_t plane;
  std::int64_t step;
};

bool diagonal(const ColourAffine& colour) {
  const auto& m = colour.m;
  return m[1] == 0 && m[2] == 0 && m[4] == 0 && m[6] == 0 && m[8] == 0 && m[9] == 0;
}

// What a channel becomes depends on its 256 levels alone as long as colours do not mix; tables of
// channel() itself cannot differ from it.
void fill(Tables& tables, const ColourAffine& colour) {
  for (int level = 0; level < kLevels; ++level) {
    const auto v = static_cast<float>(level);
    const auto at = static_cast<std::size_t>(level);
    tables[0][at] = colour.channel(0, v, 0, 0);
    tables[1][at] = colour.channel(1, 0, v, 0);
    tables[2][at] = colour.channel(2, 0, 0, v);
  }
}

void look_up(const std::uint8_t* pixels, const Tables& tables, const Target& to) {
  for (std::int64_t i = 0; i < to.pixels; ++i) {
    for (int c = 0; c < kChannels; ++c) {
      to.out[c * to.plane + i * to.step] =
          tables[static_cast<std::size_t>(c)][pixels[i * kChannels + c]];
    }
  }
}

void mix_anywhere(const std::uint8_t* pixels, const ColourAffine& colour, const Target& to) {
  for (std::int64_t i = 0; i < to.pixels; ++i) {
    const float r = pixels[i * kChannels];
    const float g = pixels[i * kChannels + 1];
    const float b = pixels[i * kChannels + 2];
    for (int c = 0; c < kChannels; ++c) {
      to.out[c * to.plane + i * to.step] = colour.channel(c, r, g, b);
    }
  }
}

#if defined(__x86_64__)
// The same with the FMA unit: without it every fmaf is a call into the mathematics library.
__attribute__((target("avx2,fma"))) void mix_with_fma(const std::uint8_t* pixels,
                                                      const ColourAffine& colour,
                                                      const Target& to) {
  const auto& m = colour.m;
  for (int c = 0; c < kChannels; ++c) {
    const float mr = m[static_cast<std::size_t>(c) * 4];
    const float mg = m[static_cast<std::size_t>(c) * 4 + 1];
    const float mb = m[static_cast<std::size_t>(c) * 4 + 2];
    const float offset = m[static_cast<std::size_t>(c) * 4 + 3];
    for (std::int64_t i = 0; i < to.pixels; ++i) {
      const float r = pixels[i * kChannels];
      const float g = pixels[i * kChannels + 1];
      const float b = pixels[i * kChannels + 2];
      to.out[c * to.plane + i * to.step] =
          __builtin_fmaf(mr, r, __builtin_fmaf(mg, g, __builtin_fmaf(mb, b, offset)));
    }
  }
}
#endif

using Mix = void (*)(const std::uint8_t*, const ColourAffine&, const Target&);

Mix choose_mix() {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return mix_with_fma;
#endif
  return mix_anywhere;
}

/// Converts slots one after the other. Neighbours mostly share their map, and so its tables.
class SlotConverter {
 public:
  void run(const std::uint8_t* pixels, const ColourAffine& colour, const Target& to) {
    static const Mix kMix = choose_mix();
    if (!diagonal(colour)) return kMix(pixels, colour, to);
    if (!tabled_ || !(*tabled_ == colour)) fill(tables_, colour);
    tabled_ = &colour;
    look_up(pixels, tables_, to);
  }

 private:
  Tables tables_;
  const ColourAffine* tabled_ = nullptr;
};

}  // namespace

void convert_input(const Batch& batch, float* out, bool channels_last, Slots slots) {
  const std::int64_t pixels = batch.shape.image.area();
#pragma omp parallel
  {
    SlotConverter converter;
#pragma omp for schedule(static)
    for (int n = 0; n < batch.shape.slots; ++n) {
      const auto slot = static_cast<std::size_t>(n);
      const Target to{out + n * pixels * kChannels, pixels, channels_last ? 1 : pixels,
                      channels_last ? kChannels : 1};
      if (slots == Slots::weighted && batch.weights[slot] == 0) {
        std::fill_n(to.out, pixels * kChannels, 0.0F);
      } else {
        converter.run(batch.slot(n).data, batch.colour[slot], to);
      }
    }
  }
}

}  // namespace vggflow::onednn
