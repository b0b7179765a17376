#include "stages/dataset/colour_statistics.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "base/error.h"
#include "stages/dataset/whole_picture.h"

namespace vggflow {
namespace {

/// Position i of `count` ids is floor(i * size / count): the same ids every time.
std::vector<std::uint64_t> sample_of(const Dataset& dataset,
                                     const std::optional<std::uint64_t>& wanted) {
  const std::uint64_t size = dataset.size();
  if (!wanted || *wanted >= size) return all_ids(dataset);
  std::vector<std::uint64_t> ids;
  for (std::uint64_t i = 0; i < *wanted; ++i) {
    ids.push_back(static_cast<std::uint64_t>(static_cast<unsigned __int128>(i) * size / *wanted));
  }
  return ids;
}

}  // namespace

void ColourSums::add(ConstImageView picture) {
  pixels += static_cast<std::uint64_t>(picture.size.area());
  for (int y = 0; y < picture.size.height; ++y) {
    const std::uint8_t* pixel = picture.row(y);
    const std::uint8_t* end = pixel + std::ptrdiff_t{picture.size.width} * kChannels;
    for (; pixel != end; pixel += kChannels) {
      const std::uint32_t r = pixel[0];
      const std::uint32_t g = pixel[1];
      const std::uint32_t b = pixel[2];
      values[0] += r;
      values[1] += g;
      values[2] += b;
      products[0] += r * r;
      products[1] += r * g;
      products[2] += r * b;
      products[3] += g * g;
      products[4] += g * b;
      products[5] += b * b;
    }
  }
}

ColourSums& ColourSums::operator+=(const ColourSums& other) {
  pixels += other.pixels;
  for (std::size_t i = 0; i < values.size(); ++i) values[i] += other.values[i];
  for (std::size_t i = 0; i < products.size(); ++i) products[i] += other.products[i];
  return *this;
}

std::array<double, 3> ColourSums::mean() const {
  const auto count = static_cast<double>(pixels);
  return {static_cast<double>(values[0]) / count, static_cast<double>(values[1]) / count,
          static_cast<double>(values[2]) / count};
}

/// (n sum(xy) - sum(x) sum(y)) / n^2, whole numbers up to the division: nothing cancels.
std::array<double, 9> ColourSums::covariance() const {
  static constexpr std::array<std::size_t, 9> kProduct{0, 1, 2, 1, 3, 4, 2, 4, 5};
  using Wide = __int128;
  const double scale = 255.0 * static_cast<double>(pixels);
  std::array<double, 9> covariance{};
  for (std::size_t i = 0; i < covariance.size(); ++i) {
    const Wide joint = static_cast<Wide>(pixels) * products[kProduct[i]];
    const Wide apart = static_cast<Wide>(values[i / 3]) * values[i % 3];
    covariance[i] = static_cast<double>(joint - apart) / scale / scale;
  }
  return covariance;
}

ColourStatistics measure_colours(const Dataset& dataset, const ColourStatisticsOptions& what,
                                 const PassOptions& options) {
  const std::vector<std::uint64_t> ids = sample_of(dataset, what.images);
  ColourStatistics measured;
  const auto sums_of = [&](std::uint64_t, std::span<const std::byte> encoded) {
    Image picture = decode_whole(encoded);
    if (what.short_side) {
      picture = shrunk_to_short_side(std::move(picture), *what.short_side, *what.profile);
    }
    ColourSums sums;
    sums.add(std::as_const(picture).view());
    return sums;
  };
  const std::uint64_t taken = pass_over<ColourSums>(
      dataset, ids, options, sums_of,
      [&](std::uint64_t, const ColourSums& sums, std::optional<FailedSample> failure) {
        if (failure) return measured.failed.push_back(std::move(*failure));
        measured.sums += sums;
        ++measured.images;
      });
  measured.stopped = taken < ids.size();
  if (measured.images == 0 && !measured.stopped) {
    const std::string first = measured.failed.empty() ? "there are no images"
                                                      : measured.failed.front().name + ": " +
                                                            measured.failed.front().reason;
    throw Error(Origin::data, "no image could be measured; the first: " + first,
                dataset.description());
  }
  return measured;
}

}  // namespace vggflow
