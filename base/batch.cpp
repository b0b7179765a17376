#include "base/batch.h"

#include "base/sha256.h"

namespace vggflow {

void Batch::reset(const BatchShape& to) {
  shape = to;
  const auto slots = static_cast<std::size_t>(to.slots);
  pixels.resize(slots * slot_bytes());
  colour.assign(slots, {});
  labels.assign(slots, 0);
  ids.assign(slots, 0);
  views.assign(slots, 0);
  weights.assign(slots, 0.0F);
  device.reset();
}

std::string digest(const Batch& batch) {
  Sha256 sha;
  const auto add = [&](const auto& values) { sha.update(std::as_bytes(std::span(values))); };
  add(batch.pixels);
  add(batch.labels);
  add(batch.ids);
  add(batch.weights);
  for (const ColourAffine& colour : batch.colour) add(colour.m);
  return sha.hex();
}

}  // namespace vggflow
