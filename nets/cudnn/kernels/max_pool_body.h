#pragma once

#include <cstring>

#include "nets/cudnn/kernels/map_place.h"
#include "nets/cudnn/kernels/pack.h"
#include "nets/cudnn/kernels/relu_body.h"
#include "nets/cudnn/kernels/step.h"

namespace vggflow::cudnn {

/// One byte for each lane, moved at once.
template <class T>
struct alignas(kLanes<T>) PlacesPack {
  std::uint8_t bytes[kLanes<T>] = {};
};

/// Packs that pool_pack() has to make.
template <class T>
VGGFLOW_HOST_DEVICE std::int64_t pooled_packs(const MapShape& source, int window) {
  const MapShape pooled{source.slots, source.height / window, source.width / window,
                        source.channels};
  return pooled.elements() / kLanes<T>;
}

template <class T>
struct Pooling {
  MapShape source;
  int window = 2;
  const T* in = nullptr;
  T* out = nullptr;
  std::uint8_t* places = nullptr;  ///< or none
};

/// Makes pack `index` of the output. kWindow is the window where the compiler knows it, else 0.
template <class T, int kWindow>
VGGFLOW_HOST_DEVICE void pool_pack(const Pooling<T>& pooling, std::int64_t index) {
  const MapShape& source = pooling.source;
  const int window = kWindow > 0 ? kWindow : pooling.window;
  const int packs = source.channels / kLanes<T>;
  const MapPlace to = map_place(index, source.height / window, source.width / window, packs);
  const std::int64_t row = std::int64_t{source.width} * source.channels;
  const T* corner = pooling.in + (to.slot * source.height + to.y * window) * row +
                    std::int64_t{to.x} * window * source.channels + to.pack * kLanes<T>;
  Lanes<T> largest;
  PlacesPack<T> places;
  for (int dy = 0; dy < window; ++dy) {
    for (int dx = 0; dx < window; ++dx) {
      const Lanes<T> here = unpack<T>(load(corner + dy * row + dx * source.channels));
      for (int i = 0; i < kLanes<T>; ++i) {
        const float best = largest.values[i];
        // Once what is no number leads, it stays; else it takes the lead, as the larger does.
        const bool leads = (dy == 0 && dx == 0) || (best == best && !(here.values[i] <= best));
        largest.values[i] = leads ? here.values[i] : best;
        places.bytes[i] = leads ? static_cast<std::uint8_t>(dy * window + dx) : places.bytes[i];
      }
    }
  }
  store(pooling.out + index * kLanes<T>, pack_exact<T>(largest));
  if (pooling.places == nullptr) return;
  *reinterpret_cast<PlacesPack<T>*>(pooling.places + index * kLanes<T>) = places;
}

/// Cells that unpool_cell() has to fill: the windows, and the parts of windows at the borders.
template <class T>
VGGFLOW_HOST_DEVICE std::int64_t unpooled_cells(const MapShape& source, int window) {
  const MapShape cells{source.slots, (source.height + window - 1) / window,
                       (source.width + window - 1) / window, source.channels};
  return cells.elements() / kLanes<T>;
}

template <class T>
struct Unpooling {
  MapShape source;
  int window = 2;
  const T* relu_output = nullptr;  ///< what was pooled, or none: no ReLU's gradient
  const std::uint8_t* places = nullptr;
  const T* gradient = nullptr;
  T* source_gradient = nullptr;
};

/// Fills cell `index`: each pack of the source's gradient is in one of them.
template <class T, int kWindow>
VGGFLOW_HOST_DEVICE void unpool_cell(const Unpooling<T>& unpooling, std::int64_t index) {
  const MapShape& source = unpooling.source;
  const int window = kWindow > 0 ? kWindow : unpooling.window;
  const int packs = source.channels / kLanes<T>;
  const int rows = source.height / window;
  const int columns = source.width / window;
  const MapPlace cell = map_place(index, (source.height + window - 1) / window,
                                  (source.width + window - 1) / window, packs);
  const bool pooled = cell.y < rows && cell.x < columns;
  Pack gradient;
  PlacesPack<T> places;
  if (pooled) {
    const std::int64_t from =
        (((cell.slot * rows + cell.y) * columns + cell.x) * packs + cell.pack) * kLanes<T>;
    gradient = load(unpooling.gradient + from);
    places = *reinterpret_cast<const PlacesPack<T>*>(unpooling.places + from);
    if (unpooling.relu_output != nullptr) {
      gradient = mask_relu_of<T>(load(unpooling.relu_output + from), gradient);
    }
  }
  for (int dy = 0; dy < window; ++dy) {
    for (int dx = 0; dx < window; ++dx) {
      const int y = cell.y * window + dy;
      const int x = cell.x * window + dx;
      if (!pooled && (y >= source.height || x >= source.width)) continue;
      Kept<T> kept;
      for (int i = 0; i < kLanes<T>; ++i) kept.lanes[i] = places.bytes[i] == dy * window + dx;
      const std::int64_t to =
          ((cell.slot * source.height + y) * source.width + x) * packs + cell.pack;
      store(unpooling.source_gradient + to * kLanes<T>, keep<T>(gradient, kept));
    }
  }
}

}  // namespace vggflow::cudnn
