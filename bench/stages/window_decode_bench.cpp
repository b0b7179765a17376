// What decoding only a window saves: windows of a share of both sides, at three heights (the rows
// above a window are still entropy-decoded, those below are not).
#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>

#include "bench/stages/synthetic_picture.h"
#include "stages/codec/encode_jpeg.h"
#include "stages/codec/open_image.h"

namespace vggflow::bench {
namespace {

constexpr Size kPicture{500, 375};

const std::vector<std::byte>& encoded(bool full_chroma) {
  static const Image picture = synthetic_picture(kPicture);
  static const std::vector<std::byte> halved = encode_jpeg(picture.view(), 90, false);
  static const std::vector<std::byte> full = encode_jpeg(picture.view(), 90, true);
  return full_chroma ? full : halved;
}

/// `share_percent` of both sides; as far down as `place_percent` says.
Rect window_of(Size whole, int share_percent, int place_percent) {
  const Size size{whole.width * share_percent / 100, whole.height * share_percent / 100};
  return {(whole.width - size.width) / 2, (whole.height - size.height) * place_percent / 100,
          size.width, size.height};
}

void decode_window(benchmark::State& state) {
  const std::vector<std::byte>& file = encoded(state.range(0) == 444);
  const Rect window =
      window_of(kPicture, static_cast<int>(state.range(1)), static_cast<int>(state.range(2)));
  Image out(window.size());
  for (auto _ : state) {
    open_image(file)->read(window, out.view());
    benchmark::DoNotOptimize(out.view().data);
  }
  Image whole(kPicture);
  open_image(file)->read({0, 0, kPicture.width, kPicture.height}, whole.view());
  if (!same_pixels(out.view(), whole.view().window(window))) {
    state.SkipWithError("not the pixels of a full decode");
  }
  state.SetItemsProcessed(state.iterations());
  state.counters["file_bytes"] = static_cast<double>(file.size());
}
BENCHMARK(decode_window)
    ->ArgNames({"chroma", "side_percent", "place_percent"})
    ->ArgsProduct({{444, 420}, {100}, {0}})
    ->ArgsProduct({{444, 420}, {75, 50, 25}, {0, 50, 100}});

}  // namespace
}  // namespace vggflow::bench
