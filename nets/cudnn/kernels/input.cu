#include "nets/cudnn/kernels/input.h"

#include <algorithm>

#include "nets/cudnn/kernels/input_body.h"
#include "nets/cudnn/kernels/launch.h"

namespace vggflow::cudnn {
namespace {

struct Source {
  const std::uint8_t* pixels;
  const cuda::Cut* cuts;
  const float* colour;
  const float* weights;  // or none: all slots are converted
};

/// Blocks (x, y) deal with the pixels x of slot y, and of every gridDim.y-th slot after it.
template <class T>
__global__ void __launch_bounds__(kThreads)
    convert_input_kernel(Source source, int slots, int width, std::int64_t area, T* out) {
  for (int n = static_cast<int>(blockIdx.y); n < slots; n += static_cast<int>(gridDim.y)) {
    T* const to = out + n * area * kInputChannels;
    if (source.weights != nullptr && source.weights[n] == 0) {
      for_each(area, [=](std::int64_t i) { store_pixel(to + i * kInputChannels, {}); });
      continue;
    }
    const SlotSource slot =
        slot_source(source.pixels, source.cuts[n], source.colour + std::int64_t{n} * 12);
    for_each(area, [&](std::int64_t i) {
      const std::int64_t y = i / width;
      store_pixel(to + i * kInputChannels,
                  convert_pixel(slot, width, y, static_cast<int>(i - y * width)));
    });
  }
}

}  // namespace

template <class T>
void convert_input(const cuda::DeviceBatch& batch, int slots, Size image, bool skip_weightless,
                   T* out, const cuda::Stream& stream) {
  constexpr std::int64_t kPixelsOfThread = 4;  // which share the slot's map in registers
  constexpr int kMostRows = 65535;             // of a grid
  const Source source{batch.pixels, batch.cuts, batch.colour,
                      skip_weightless ? batch.weights : nullptr};
  const dim3 grid(blocks_for(image.area() / kPixelsOfThread),
                  static_cast<unsigned>(std::min(slots, kMostRows)));
  convert_input_kernel<<<grid, kThreads, 0, stream.get()>>>(source, slots, image.width,
                                                            image.area(), out);
  cuda::check_launch("convert_input");
}

template void convert_input(const cuda::DeviceBatch&, int, Size, bool, float*, const cuda::Stream&);
template void convert_input(const cuda::DeviceBatch&, int, Size, bool, cuda::BFloat16*,
                            const cuda::Stream&);

}  // namespace vggflow::cudnn
