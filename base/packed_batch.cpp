#include "base/packed_batch.h"

#include <cstring>
#include <numeric>
#include <span>
#include <vector>

namespace vggflow {
namespace {

static_assert(sizeof(ColourAffine) == 12 * sizeof(float));

constexpr std::size_t kAlignment = 256;  // bytes

template <class T>
void put(std::span<const T> values, std::byte* to) {
  if (!values.empty()) std::memcpy(to, values.data(), values.size_bytes());
}

/// Moves what is held together; `moved_px[n]` is by how much the pixels at the place of slot n move
/// towards the front. A picture that reaches over several places moves as its first one does.
std::vector<std::int64_t> gather(const Batch& batch, std::byte* to) {
  std::vector<std::int64_t> moved_px;
  std::int64_t written = 0;
  for (int n = 0; n < batch.shape.slots; ++n) {
    const std::int64_t first = batch.own_place(n).first;
    const std::int64_t held = batch.held_px[static_cast<std::size_t>(n)];
    moved_px.push_back(held > 0 ? first - written : moved_px.back());
    const std::span<const std::uint8_t> pixels(batch.pixels);
    put(pixels.subspan(static_cast<std::size_t>(first * kChannels),
                       static_cast<std::size_t>(held * kChannels)),
        to + written * kChannels);
    written += held;
  }
  return moved_px;
}

}  // namespace

PackedBatch packed(const Batch& batch) {
  PackedBatch where;
  const auto place = [&](std::size_t bytes) {
    const std::size_t first = where.bytes;
    where.bytes = (first + bytes + kAlignment - 1) / kAlignment * kAlignment;
    return first;
  };
  const std::int64_t held_px =
      std::accumulate(batch.held_px.begin(), batch.held_px.end(), std::int64_t{0});
  const auto slots = static_cast<std::size_t>(batch.shape.slots);
  where.pixels = place(batch.cuts.empty() ? batch.pixels.size()
                                          : static_cast<std::size_t>(held_px * kChannels));
  where.cuts = place(slots * sizeof(Cut));
  where.colour = place(slots * sizeof(ColourAffine));
  where.labels = place(slots * sizeof(std::int32_t));
  where.weights = place(slots * sizeof(float));
  return where;
}

void pack(const Batch& batch, const PackedBatch& where, std::byte* block) {
  std::vector<Cut> cuts = batch.cuts;
  if (cuts.empty()) {
    put(std::span<const std::uint8_t>(batch.pixels), block + where.pixels);
    for (int n = 0; n < batch.shape.slots; ++n) cuts.push_back(batch.own_place(n));
  } else {
    const std::vector<std::int64_t> moved_px = gather(batch, block + where.pixels);
    for (Cut& cut : cuts) {
      cut.first -= moved_px[static_cast<std::size_t>(cut.first / batch.shape.image.area())];
    }
  }
  put(std::span<const Cut>(cuts), block + where.cuts);
  put(std::span<const ColourAffine>(batch.colour), block + where.colour);
  put(std::span<const std::int32_t>(batch.labels), block + where.labels);
  put(std::span<const float>(batch.weights), block + where.weights);
}

}  // namespace vggflow
