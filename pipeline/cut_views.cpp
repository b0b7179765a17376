#include "pipeline/cut_views.h"

#include <algorithm>
#include <cstddef>
#include <optional>

namespace vggflow {
namespace {

struct Views {
  std::span<const Sample> samples;
  std::span<const Destination> destinations;
};

/// How many of the views, from the first on, are windows of the picture that the first one is of,
/// in slots in a row.
std::size_t windows_of(const Image* picture, const Views& views) {
  const Destination first = views.destinations.front();
  std::size_t count = 1;
  for (; count < views.samples.size(); ++count) {
    const Destination& to = views.destinations[count];
    if (to.batch != first.batch || to.slot != first.slot + static_cast<int>(count)) break;
    const auto window = views.samples[count].picture.window();
    if (!window || window->of != picture) break;
  }
  return count;
}

/// Of the first `count` views.
void cut_from(const Image& picture, const Views& views, std::size_t count, Batch& batch) {
  const int first = views.destinations.front().slot;
  const std::int64_t place = batch.own_place(first).first;
  const ConstImageView from = picture.view();
  std::copy_n(from.data, from.size.area() * kChannels, batch.pixels.data() + place * kChannels);
  for (std::size_t n = 0; n < count; ++n) {
    const Picture::Window window = *views.samples[n].picture.window();
    const std::int64_t corner = std::int64_t{window.where.y} * from.size.width + window.where.x;
    const std::size_t slot = static_cast<std::size_t>(first) + n;
    batch.cuts[slot] = {place + corner, from.size.width, window.mirrored ? 1 : 0};
    batch.held_px[slot] = n == 0 ? from.size.area() : 0;
  }
}

/// Gives how many views were drawn.
std::size_t draw_first(const Views& views, Batch& batch) {
  const Picture& picture = views.samples.front().picture;
  const int slot = views.destinations.front().slot;
  const auto window = picture.window();
  if (!batch.cuts.empty() && window) {
    const std::size_t count = windows_of(window->of, views);
    const std::int64_t room_px = static_cast<std::int64_t>(count) * batch.shape.image.area();
    if (count > 1 && window->of->size().area() <= room_px) {
      cut_from(*window->of, views, count, batch);
      return count;
    }
  }
  picture.render(own_slot(batch, slot));
  return 1;
}

}  // namespace

void draw_slots(std::span<const Sample> samples, std::span<const Destination> destinations,
                std::vector<Batch>& batches) {
  for (std::size_t drawn = 0; drawn < samples.size();) {
    const Views left{samples.subspan(drawn), destinations.subspan(drawn)};
    drawn += draw_first(left, batches[static_cast<std::size_t>(left.destinations.front().batch)]);
  }
}

ImageView own_slot(Batch& batch, int slot) {
  if (!batch.cuts.empty()) {
    batch.cuts[static_cast<std::size_t>(slot)] = batch.own_place(slot);
    batch.held_px[static_cast<std::size_t>(slot)] = batch.shape.image.area();
  }
  return batch.slot(slot);
}

}  // namespace vggflow
