#include "experiments/look/filters.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "base/error.h"
#include "base/hdf5_file.h"
#include "nets/weights_file.h"

namespace vggflow {
namespace {

constexpr int kColumns = 8;
constexpr int kFilterSide = 48;  // px, at least of one weight each
constexpr int kGap = 4;
constexpr std::int64_t kMostFilters = 4096;
constexpr std::int64_t kMostSide = 64;  // weights

void check_shape(const Tensor& weights) {
  const auto& dims = weights.dims;
  const bool fits = dims.size() == 4 && dims[0] >= 1 && dims[0] <= kMostFilters &&
                    dims[1] == kChannels && dims[2] >= 1 && dims[2] <= kMostSide && dims[3] >= 1 &&
                    dims[3] <= kMostSide;
  if (!fits) {
    throw Error(Origin::data,
                "is not (filters, 3, height, width), at most (4096, 3, 64, 64): no picture of it",
                weights.name);
  }
  if (!std::ranges::all_of(weights.values, [](float w) { return std::isfinite(w); })) {
    throw Error(Origin::data, "holds weights that are not finite: no picture of it", weights.name);
  }
}

/// Planes of `height * width` weights, one per channel, as pixels of `factor` px.
void draw_filter(const float* planes, Size size, int factor, float largest, ImageView to) {
  const std::ptrdiff_t plane = std::ptrdiff_t{size.width} * size.height;
  for (int y = 0; y < to.size.height; ++y) {
    for (int x = 0; x < to.size.width; ++x) {
      const std::ptrdiff_t at = std::ptrdiff_t{y / factor} * size.width + x / factor;
      for (int c = 0; c < kChannels; ++c) {
        const double level = 127.5 + 127.5 * static_cast<double>(planes[c * plane + at]) / largest;
        to.at(x, y)[c] = static_cast<std::uint8_t>(std::lround(level));
      }
    }
  }
}

}  // namespace

Image filter_sheet(const Tensor& weights) {
  check_shape(weights);
  const auto filters = static_cast<int>(weights.dims[0]);
  const Size size{static_cast<int>(weights.dims[3]), static_cast<int>(weights.dims[2])};
  const int factor = std::max(1, kFilterSide / std::max(size.width, size.height));
  const Size drawn{size.width * factor, size.height * factor};
  float largest = 0;
  for (const float w : weights.values) largest = std::max(largest, std::abs(w));
  if (largest == 0) largest = 1;

  const int columns = std::min(filters, kColumns);
  const int rows = (filters + columns - 1) / columns;
  Image sheet({kGap + columns * (drawn.width + kGap), kGap + rows * (drawn.height + kGap)});
  std::memset(sheet.view().data, 0, static_cast<std::size_t>(sheet.size().area()) * kChannels);
  const std::ptrdiff_t each = std::ptrdiff_t{kChannels} * size.width * size.height;
  for (int i = 0; i < filters; ++i) {
    const Rect place{kGap + i % columns * (drawn.width + kGap),
                     kGap + i / columns * (drawn.height + kGap), drawn.width, drawn.height};
    draw_filter(weights.values.data() + i * each, size, factor, largest,
                sheet.view().window(place));
  }
  return sheet;
}

Tensor load_first_filters(const std::filesystem::path& path) {
  const Weights facts = load_weights_facts(path);
  const Hdf5File file = Hdf5File::open(path);
  const auto names = file.attribute<std::vector<std::string>>("/", "tensors");
  if (names.empty()) throw file.data_error("/", "there are no weights");
  std::string inside = "/" + names[0];
  std::ranges::replace(inside, '.', '/');
  Hdf5Array<float> array = file.read<float>(inside);
  Tensor filters{.name = path.string() + ": " + names[0],
                 .dims = {array.dims.begin(), array.dims.end()},
                 .values = std::move(array.values)};
  if (facts.preprocessing.channel_order != "BGR" || filters.dims.size() != 4 ||
      filters.dims[1] != kChannels) {
    return filters;
  }
  const std::int64_t plane = filters.dims[2] * filters.dims[3];
  for (auto at = filters.values.begin(); at != filters.values.end(); at += kChannels * plane) {
    std::swap_ranges(at, at + plane, at + 2 * plane);
  }
  return filters;
}

}  // namespace vggflow
