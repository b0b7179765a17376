// Every resampling profile: the 224 px window that a crop leaves of the whole result, at reductions
// and magnifications as in training; and cv::resize of the whole picture for comparison.
#include <algorithm>
#include <string>

#include <benchmark/benchmark.h>
#include <opencv2/imgproc.hpp>

#include "bench/stages/synthetic_picture.h"
#include "stages/resample/profile.h"

namespace vggflow::bench {
namespace {

constexpr Size kPicture{500, 375};
constexpr Size kCrop{224, 224};

const Image& picture() {
  static const Image picture = synthetic_picture(kPicture);
  return picture;
}

Rect all_of(Size size) { return {0, 0, size.width, size.height}; }

/// The picture rescaled to the short side of the benchmark's argument.
Size rescaled(const benchmark::State& state) {
  return rescaled_to_short_side(kPicture, static_cast<int>(state.range(0)));
}

void window(benchmark::State& state, const Resampler& profile) {
  const ConstImageView in = picture().view();
  const Size size = rescaled(state);
  const Rect crop = centre_window(size, kCrop);
  const Resampling what{.in = kPicture, .out = size, .window = crop};
  const Rect support = profile.support(what);
  Image out(kCrop);
  for (auto _ : state) {
    profile.resample(in.window(support), support, what, out.view());
    benchmark::DoNotOptimize(out.view().data);
  }
  Image whole(size);
  profile.resample(in, all_of(kPicture), {.in = kPicture, .out = size}, whole.view());
  if (!same_pixels(out.view(), whole.view().window(crop))) {
    state.SkipWithError("not the window of the whole result");
  }
  state.SetItemsProcessed(state.iterations());
}

void whole_with_opencv(benchmark::State& state, int interpolation, std::string_view namesake) {
  cv::setNumThreads(1);
  const ConstImageView in = picture().view();
  const cv::Mat from(in.size.height, in.size.width, CV_8UC3, const_cast<std::uint8_t*>(in.data));
  const Size size = rescaled(state);
  cv::Mat out;
  for (auto _ : state) {
    cv::resize(from, out, {size.width, size.height}, 0, 0, interpolation);
    benchmark::DoNotOptimize(out.data);
  }
  Image ours(size);
  resampling_profile(namesake).resample(in, all_of(kPicture), {.in = kPicture, .out = size},
                                        ours.view());
  const ConstImageView theirs{out.data, size, static_cast<std::ptrdiff_t>(out.step)};
  if (!same_pixels(ours.view(), theirs)) {
    state.SkipWithError(("not the pixels of " + std::string(namesake)).c_str());
  }
  state.SetItemsProcessed(state.iterations());
}

void set_scales(benchmark::internal::Benchmark* bench) {
  bench->ArgName("short_side")->Arg(256)->Arg(300)->Arg(375)->Arg(384)->Arg(512);
}

// The profiles are known once the library is loaded, not when this file is compiled.
const bool kRegistered = [] {
  for (const std::string_view name : resampling_profile_names()) {
    set_scales(benchmark::RegisterBenchmark(("resample_window/" + std::string(name)).c_str(),
                                            window, std::cref(resampling_profile(name))));
  }
  set_scales(benchmark::RegisterBenchmark("resample_whole/cv::INTER_LINEAR", whole_with_opencv,
                                          cv::INTER_LINEAR, "opencv-linear"));
  return true;
}();

}  // namespace
}  // namespace vggflow::bench
