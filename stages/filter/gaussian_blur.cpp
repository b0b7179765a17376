#include "stages/filter/gaussian_blur.h"

#include <array>
#include <cmath>
#include <cstring>
#include <vector>

namespace vggflow {
namespace {

/// Weights of the centre and of the taps to either side of it, u8 fixed point: both sides and the
/// centre add up to 256.
struct Kernel {
  int radius = 0;
  std::array<std::uint16_t, kMostBlurTaps / 2 + 1> weight{};
};

/// From the outermost tap inwards each rounding error is handed on to the next; the centre takes
/// the rest. The rounding also hides in which last bit exp differs between machines.
Kernel gaussian(double sigma, int taps) {
  Kernel kernel{.radius = taps / 2};
  std::array<double, kMostBlurTaps / 2 + 1> bell{};
  double sum = 1;
  for (int i = 1; i <= kernel.radius; ++i) {
    bell[static_cast<std::size_t>(i)] = std::exp(-0.5 * i * i / (sigma * sigma));
    sum += 2 * bell[static_cast<std::size_t>(i)];
  }
  int left = 256;
  double error = 0;
  for (int i = kernel.radius; i > 0; --i) {
    const double exact = bell[static_cast<std::size_t>(i)] / sum * 256 + error;
    const double rounded = std::nearbyint(exact);
    error = exact - rounded;
    kernel.weight[static_cast<std::size_t>(i)] = static_cast<std::uint16_t>(rounded);
    left -= 2 * static_cast<int>(rounded);
  }
  kernel.weight[0] = static_cast<std::uint16_t>(left);
  return kernel;
}

int taps_for(double sigma) { return static_cast<int>(std::nearbyint(6 * sigma + 1)) | 1; }

/// The index within [0, length) that stands at `i`.
int reflected(int i, int length) {
  if (length == 1) return 0;
  const int period = 2 * (length - 1);
  const int phase = (i % period + period) % period;
  return phase < length ? phase : period - phase;
}

/// A row with the pixels that the kernel sees beyond its ends.
void widen(const std::uint8_t* row, int width, int radius, std::uint8_t* wide) {
  const auto pixel = [&](int i, std::uint8_t* to) {
    std::memcpy(to, row + reflected(i, width) * kChannels, kChannels);
  };
  std::uint8_t* const first = wide + radius * kChannels;
  std::memcpy(first, row, static_cast<std::size_t>(width) * kChannels);
  for (int i = 1; i <= radius; ++i) {
    pixel(-i, first - i * kChannels);
    pixel(width - 1 + i, first + (width - 1 + i) * kChannels);
  }
}

/// `centre` points at the first pixel of a widened row; 8 fractional bits are left.
void blur_row(const std::uint8_t* centre, const Kernel& kernel, int count,
              std::uint16_t* __restrict out) {
  for (int x = 0; x < count; ++x) out[x] = static_cast<std::uint16_t>(centre[x] * kernel.weight[0]);
  for (int i = 1; i <= kernel.radius; ++i) {
    const std::uint16_t weight = kernel.weight[static_cast<std::size_t>(i)];
    const std::uint8_t* before = centre - i * kChannels;
    const std::uint8_t* after = centre + i * kChannels;
    for (int x = 0; x < count; ++x) {
      out[x] = static_cast<std::uint16_t>(out[x] + (before[x] + after[x]) * weight);
    }
  }
}

void add_row(const std::uint16_t* __restrict row, std::uint16_t weight, int count,
             std::uint32_t* __restrict sums) {
  for (int x = 0; x < count; ++x) sums[x] += std::uint32_t{row[x]} * weight;
}

/// Only as many blurred rows are kept as the kernel is high.
struct Scratch {
  std::vector<std::uint8_t> wide;
  std::vector<std::uint16_t> rows;
  std::vector<std::uint32_t> sums;
};

}  // namespace

void gaussian_blur(ImageView image, double sigma, int taps) {
  thread_local Scratch scratch;
  const Kernel kernel = gaussian(sigma, taps == 0 ? taps_for(sigma) : taps);
  const int radius = kernel.radius;
  const int count = image.size.width * kChannels;
  const auto row_of = [&](int y) {
    const int place = reflected(y, image.size.height) % (2 * radius + 1);
    return scratch.rows.data() + std::ptrdiff_t{place} * count;
  };
  scratch.wide.resize(static_cast<std::size_t>(count + 2 * radius * kChannels));
  scratch.rows.resize(static_cast<std::size_t>(count) * static_cast<std::size_t>(2 * radius + 1));
  scratch.sums.resize(static_cast<std::size_t>(count));
  int blurred = 0;  // rows so far; their pixels may be written over
  for (int y = 0; y < image.size.height; ++y) {
    for (; blurred < image.size.height && blurred <= y + radius; ++blurred) {
      widen(image.row(blurred), image.size.width, radius, scratch.wide.data());
      blur_row(scratch.wide.data() + radius * kChannels, kernel, count, row_of(blurred));
    }
    std::uint32_t* sums = scratch.sums.data();
    std::fill_n(sums, count, 1U << 15);
    for (int i = -radius; i <= radius; ++i) {
      const std::uint16_t weight = kernel.weight[static_cast<std::size_t>(std::abs(i))];
      if (weight != 0) add_row(row_of(y + i), weight, count, sums);
    }
    std::uint8_t* out = image.row(y);
    for (int x = 0; x < count; ++x) out[x] = static_cast<std::uint8_t>(sums[x] >> 16);
  }
}

}  // namespace vggflow
