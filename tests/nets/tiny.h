#pragma once

#include <cstdint>
#include <type_traits>

#include "base/batch.h"
#include "base/rng.h"
#include "nets/net.h"
#include "nets/parameters.h"

namespace vggflow {

/// A net of every layer type on 6x4 pictures, small enough for plain loops.
inline Net tiny_net(double dropout = 0) {
  return {"tiny",
          {6, 4},
          {Convolution{"conv1", 4, 3}, Relu{}, Lrn{3, 2, 0.5, 0.75}, MaxPool{2},
           Convolution{"conv2", 5, 1}, Relu{}, FullyConnected{"fc6", 24}, Relu{}, Dropout{dropout},
           FullyConnected{"fc8", 7}}};
}

inline Parameters random_parameters(const Net& net, std::uint64_t seed = 3) {
  Parameters parameters = initial_parameters(net, {Initialisation::Kind::he}, seed);
  Rng rng(seed, "biases", 0, 0);
  for (Tensor& tensor : parameters.tensors) {
    if (tensor.dims.size() > 1) continue;
    for (float& v : tensor.values) v = static_cast<float>(0.2 * rng.normal());
  }
  return parameters;
}

/// Noise with a colour map that brings it to about -1 ... 1; all weights 1.
inline Batch random_batch(int slots, Size image, int classes, std::uint64_t seed = 5) {
  Batch batch;
  batch.reset({slots, image});
  Rng rng(seed, "pixels", 0, 0);
  for (std::uint8_t& v : batch.pixels) v = static_cast<std::uint8_t>(rng.below(256));
  for (auto& label : batch.labels) {
    label = static_cast<std::int32_t>(rng.below(static_cast<std::uint32_t>(classes)));
  }
  const float k = 1 / 128.0F;
  batch.colour.assign(batch.colour.size(), {{k, 0, 0, -1, 0, k, 0, -1, 0, k / 4, k / 2, -0.5F}});
  batch.weights.assign(batch.weights.size(), 1.0F);
  return batch;
}

/// Slots [first, first + count) of a batch.
inline Batch slots_of(const Batch& batch, int first, int count) {
  const auto begin = static_cast<std::size_t>(first);
  const auto end = begin + static_cast<std::size_t>(count);
  const auto part = [](const auto& all, std::size_t from, std::size_t to) {
    return std::decay_t<decltype(all)>(all.begin() + static_cast<std::ptrdiff_t>(from),
                                       all.begin() + static_cast<std::ptrdiff_t>(to));
  };
  Batch out = batch;
  out.shape.slots = count;
  out.pixels = part(batch.pixels, begin * batch.slot_bytes(), end * batch.slot_bytes());
  out.colour = part(batch.colour, begin, end);
  out.labels = part(batch.labels, begin, end);
  out.ids = part(batch.ids, begin, end);
  out.views = part(batch.views, begin, end);
  out.weights = part(batch.weights, begin, end);
  return out;
}

}  // namespace vggflow
