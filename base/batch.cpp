#include "base/batch.h"

#include <cstring>

#include "base/sha256.h"

namespace vggflow {
namespace {

void add_slots(const Batch& batch, Sha256& sha) {
  Image slot(batch.shape.image);
  for (int n = 0; n < batch.shape.slots; ++n) {
    batch.copy_slot(n, slot.view());
    sha.update(std::as_bytes(std::span(slot.view().data, batch.slot_bytes())));
  }
}

}  // namespace

void Batch::reset(const BatchShape& to) {
  shape = to;
  const auto slots = static_cast<std::size_t>(to.slots);
  pixels.resize(slots * slot_bytes());
  colour.assign(slots, {});
  labels.assign(slots, 0);
  ids.assign(slots, 0);
  views.assign(slots, 0);
  weights.assign(slots, 0.0F);
  cuts.clear();
  held_px.clear();
  device.reset();
}

void Batch::allow_cuts() {
  for (int n = 0; n < shape.slots; ++n) cuts.push_back(own_place(n));
  held_px.assign(cuts.size(), shape.image.area());
}

void Batch::copy_slot(int n, ImageView out) const {
  const Cut cut = cuts.empty() ? own_place(n) : cuts[static_cast<std::size_t>(n)];
  const std::uint8_t* row = pixels.data() + cut.first * kChannels;
  const int width = shape.image.width;
  for (int y = 0; y < shape.image.height; ++y, row += std::ptrdiff_t{cut.row} * kChannels) {
    if (cut.mirrored == 0) {
      std::memcpy(out.row(y), row, static_cast<std::size_t>(width) * kChannels);
      continue;
    }
    for (int x = 0; x < width; ++x) {
      std::memcpy(out.at(x, y), row + std::ptrdiff_t{width - 1 - x} * kChannels, kChannels);
    }
  }
}

std::string digest(const Batch& batch) {
  Sha256 sha;
  const auto add = [&](const auto& values) { sha.update(std::as_bytes(std::span(values))); };
  if (batch.cuts.empty()) add(batch.pixels);
  if (!batch.cuts.empty()) add_slots(batch, sha);
  add(batch.labels);
  add(batch.ids);
  add(batch.weights);
  for (const ColourAffine& colour : batch.colour) add(colour.m);
  return sha.hex();
}

}  // namespace vggflow
