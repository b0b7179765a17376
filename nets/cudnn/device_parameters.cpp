#include "nets/cudnn/device_parameters.h"

#include <algorithm>

#include "nets/cudnn/element_type.h"
#include "nets/cudnn/kernels/sgd.h"
#include "nets/cudnn/precision.h"

namespace vggflow::cudnn {
namespace {

cuda::DeviceMemory arena(std::int64_t elements, std::size_t element, const char* what,
                         const cuda::Stream& stream) {
  cuda::DeviceMemory memory(static_cast<std::size_t>(elements) * element, what);
  cuda::fill_zero(memory.data(), memory.bytes(), stream);
  return memory;
}

}  // namespace

DeviceParameters::DeviceParameters(const Net& net, Precision precision,
                                   std::map<std::string, double> rates, const cuda::Stream& stream)
    : layout_(net), precision_(precision), rates_(std::move(rates)), stream_(stream) {
  const std::int64_t elements = layout_.elements();
  weights_ = arena(elements, sizeof(float), "the weights", stream);
  if (precision == Precision::bf16) {
    copies_ = arena(elements, element_bytes(precision), "the weights in bf16", stream);
  }
  if (rates_.empty()) return;
  momenta_ = arena(elements, sizeof(float), "the momenta", stream);
  gradients_ = arena(elements, sizeof(float), "the gradients", stream);
  const std::vector<Segment> learning = segments();
  segment_count_ = static_cast<int>(learning.size());
  segments_ = cuda::DeviceMemory(learning.size() * sizeof(Segment), "the learning rates");
  cuda::copy(segments_.data(), learning.data(), segments_.bytes(), stream);
  stream.synchronize();
}

bool DeviceParameters::learns(const std::string& layer) const {
  const auto rate = rates_.find(layer);
  return rate != rates_.end() && rate->second > 0;
}

// Neighbours of one rate are one segment.
std::vector<Segment> DeviceParameters::segments() const {
  std::vector<Segment> all;
  for (const DeviceTensor& tensor : layout_.tensors()) {
    if (!learns(tensor.shape.layer)) continue;
    const auto rate = static_cast<float>(rates_.at(tensor.shape.layer));
    if (!all.empty() && all.back().end == tensor.begin && all.back().rate_multiplier == rate) {
      all.back().end = tensor.end();
    } else {
      all.push_back({tensor.begin, tensor.end(), rate});
    }
  }
  return all;
}

void* DeviceParameters::values(const DeviceTensor& tensor) const {
  if (precision_ != Precision::bf16) return weights_.as<float>() + tensor.begin;
  return copies_.as<cuda::BFloat16>() + tensor.begin;
}

const float* DeviceParameters::weights(const DeviceTensor& tensor) const {
  return weights_.as<float>() + tensor.begin;
}

float* DeviceParameters::gradient(const DeviceTensor& tensor) const {
  return gradients_.as<float>() + tensor.begin;
}

void DeviceParameters::load(const Parameters& parameters) {
  fill(weights_, layout_.arena_of(parameters));
  if (precision_ != Precision::bf16) return;
  convert(weights_.as<float>(), copies_.as<cuda::BFloat16>(), layout_.elements(), stream_);
}

void DeviceParameters::restore(const Parameters& momenta) {
  if (momenta_.bytes() == 0) return;
  std::vector<float> values = layout_.arena_of(momenta);
  for (const DeviceTensor& tensor : layout_.tensors()) {
    if (learns(tensor.shape.layer)) continue;
    std::fill(values.begin() + tensor.begin, values.begin() + tensor.end(), 0.0F);
  }
  fill(momenta_, values);
}

void DeviceParameters::clear_gradients() {
  cuda::fill_zero(gradients_.data(), gradients_.bytes(), stream_);
}

void DeviceParameters::fill(const cuda::DeviceMemory& arena, const std::vector<float>& values) {
  cuda::copy(arena.data(), values.data(), arena.bytes(), stream_);
  stream_.synchronize();
}

Parameters DeviceParameters::gather(const cuda::DeviceMemory& arena) const {
  std::vector<float> values(static_cast<std::size_t>(layout_.elements()));
  if (arena.bytes() > 0) {
    cuda::copy(values.data(), arena.data(), arena.bytes(), stream_);
    stream_.synchronize();
  }
  return layout_.parameters_of(values);
}

void DeviceParameters::update(const DeviceRates* rates, int* not_finite) {
  sgd_step(weights_.as<float>(), momenta_.as<float>(), gradients_.as<float>(),
           copies_.as<cuda::BFloat16>(), segments_.as<Segment>(), segment_count_,
           layout_.elements(), rates, not_finite, stream_);
}

std::vector<MemoryItem> DeviceParameters::memory() const {
  return {{"parameters", weights_.bytes() + copies_.bytes()},
          {"momenta", momenta_.bytes()},
          {"gradients", gradients_.bytes()}};
}

}  // namespace vggflow::cudnn
