#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/colour_affine.h"
#include "base/cut.h"
#include "base/export.h"
#include "base/image.h"

namespace vggflow {

namespace cuda {
class DeviceBatch;
}

/// Shape of a batch: N slots of H x W pixels.
struct BatchShape {
  int slots = 0;
  Size image;  // px
  friend bool operator==(const BatchShape&, const BatchShape&) = default;
};

/// What the pipeline hands to an engine: the meeting place of `pipeline/` and `nets/`.
/// A slot that failed is all zeros and weighs 0.
struct VGGFLOW_API Batch {
  std::uint64_t index = 0;           ///< in the order of the plan, from 0 at the run's very start
  std::uint64_t first_position = 0;  ///< global position of slot 0 (keys dropout)
  BatchShape shape;
  std::vector<std::uint8_t> pixels;  ///< (N, H, W, 3) u8 RGB
  /// (N) where slots may be windows of pictures that they share: for engines on the card, which cut
  /// them out. Empty: none is, each lies in its place, and an engine on the processor wants that.
  std::vector<Cut> cuts;
  /// (N) beside cuts: how many pixels there are from the place of slot n on, its own or of pictures
  /// that reach over the places of the next ones; 0 in those.
  std::vector<std::int64_t> held_px;
  std::vector<ColourAffine> colour;  ///< (N) pending map of each slot, mean subtraction included
  std::vector<std::int32_t> labels;  ///< (N) 0 ... classes-1
  std::vector<std::uint64_t> ids;    ///< (N) image ids
  std::vector<std::uint32_t> views;  ///< (N) index of the view that made the slot; 0 in training
  std::vector<float> weights;        ///< (N) 1, or 0 for a failed slot
  /// The same on the card, where a GPU stage has put it; base/cuda/device_batch.h.
  std::shared_ptr<const cuda::DeviceBatch> device;

  void reset(const BatchShape& to);
  /// From now on slots may be cuts; each is its own place still.
  void allow_cuts();
  [[nodiscard]] std::size_t slot_bytes() const {
    return static_cast<std::size_t>(shape.image.area()) * kChannels;
  }
  [[nodiscard]] ImageView slot(int n) {
    return {pixels.data() + slot_bytes() * n, shape.image,
            std::ptrdiff_t{shape.image.width} * kChannels};
  }
  [[nodiscard]] ConstImageView slot(int n) const { return const_cast<Batch*>(this)->slot(n); }
  /// The slot's own place, whatever is in it.
  [[nodiscard]] Cut own_place(int n) const {
    return {.first = n * shape.image.area(), .row = shape.image.width};
  }
  /// Writes what slot n shows, cut out if it is a cut, into `out` of its size.
  void copy_slot(int n, ImageView out) const;
};

/// SHA-256, in hexadecimal, over pixels (of the slots, whether they are cuts or not), labels, ids,
/// weights and each sample's 12 colour floats, in this order, all little-endian.
[[nodiscard]] VGGFLOW_API std::string digest(const Batch& batch);

}  // namespace vggflow
