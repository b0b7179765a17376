#include "nets/bare.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <optional>

#include "base/error.h"
#include "nets/onednn/device.h"
#include "nets/onednn/product_shape.h"

namespace vggflow::onednn {
namespace {

std::vector<ProductShape> product_shapes(const Net& net, const BatchShape& batch) {
  const auto trained = layer_shapes(net);
  std::vector<ProductShape> products;
  Shape at{kChannels, batch.image.height, batch.image.width};
  Shape extent{kChannels, net.input.height, net.input.width};  // of `at` in training
  for (std::size_t i = 0; i < net.layers.size(); ++i) {
    if (const auto* conv = std::get_if<Convolution>(&net.layers[i])) {
      products.push_back(convolution_shape(*conv, batch.slots, at));
      at.channels = conv->outputs;
    } else if (const auto* fc = std::get_if<FullyConnected>(&net.layers[i])) {
      products.push_back(at == extent ? inner_product_shape(*fc, batch.slots, at)
                                      : sliding_shape(*fc, batch.slots, at, extent));
      at = {fc->outputs, at.height - extent.height + 1, at.width - extent.width + 1};
    } else if (const auto* pool = std::get_if<MaxPool>(&net.layers[i])) {
      at.height /= pool->window;
      at.width /= pool->window;
    }
    extent = trained[i];
  }
  return products;
}

std::int64_t forward_flops(const ProductShape& shape) {
  std::int64_t flops = 2 * shape.dst[0] * shape.dst[2] * shape.dst[3];
  for (const auto dim : shape.weights) flops *= dim;
  return flops;
}

/// Every page is written, or reading it would read the one page of zeros that the system lends; by
/// the threads that compute, near which the system then puts it. The values are -1 ... 1 times
/// `scale`: no sum of products comes near denormal numbers.
void fill(void* memory, std::size_t bytes, float scale) {
  auto* values = static_cast<float*>(memory);
#pragma omp parallel for simd schedule(static)
  for (std::size_t i = 0; i < bytes / sizeof(float); ++i) {
    auto bits = static_cast<std::uint32_t>(i) + 1;  // mixed as MurmurHash3 ends
    bits = (bits ^ bits >> 16) * 0x85ebca6bU;
    bits = (bits ^ bits >> 13) * 0xc2b2ae35U;
    bits ^= bits >> 16;
    values[i] = scale * (static_cast<float>(bits >> 8) * 0x1p-23F - 1.0F);
  }
}

/// Memory in which all tensors that are asked of it lie one over the other.
class SharedBlock {
 public:
  explicit SharedBlock(Device& device) : device_(&device) {}
  [[nodiscard]] dnnl::memory at(const Desc& desc) {
    tensors_.push_back(device_->unbound(desc));
    bytes_ = std::max(bytes_, desc.get_size());
    return tensors_.back();
  }
  void bind() {
    buffer_.reserve(bytes_);
    fill(buffer_.data(), bytes_, 1);
    for (auto& tensor : tensors_) tensor.set_data_handle(buffer_.data());
  }

 private:
  Device* device_;
  Buffer buffer_;
  std::size_t bytes_ = 0;
  std::vector<dnnl::memory> tensors_;
};

double timed(Call& call) {
  const auto start = std::chrono::steady_clock::now();
  call.run();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

class OnednnBare : public BareProducts {
 public:
  OnednnBare(const Net& net, const BatchShape& batch, int threads, bool training)
      : threads_(threads), read_(device_), written_(device_) {
    const ThreadScope scope(threads_);
    for (const ProductShape& shape : product_shapes(net, batch)) {
      if (training) {
        add_training(shape);
      } else {
        add_scoring(shape);
      }
    }
    read_.bind();
    written_.bind();
  }

  const std::vector<BareProduct>& products() const override { return products_; }

  std::vector<BareTimes> run() override {
    const ThreadScope scope(threads_);
    std::vector<BareTimes> times(calls_.size());
    for (std::size_t i = 0; i < calls_.size(); ++i) times[i].forward_s = timed(calls_[i].forward);
    for (std::size_t i = calls_.size(); i-- > 0;) {
      auto& [forward, backward_weights, backward_data] = calls_[i];
      if (backward_weights) times[i].backward_weights_s = timed(*backward_weights);
      if (backward_data) times[i].backward_data_s = timed(*backward_data);
    }
    return times;
  }

 private:
  struct Calls {
    Call forward;
    std::optional<Call> backward_weights;
    std::optional<Call> backward_data;
  };

  [[nodiscard]] dnnl::memory filled(const Desc& desc, float scale) {
    auto memory = device_.allocate(desc, "bare");
    fill(memory.get_data_handle(), desc.get_size(), scale);
    return memory;
  }
  /// Weights that keep the size of what goes through them.
  [[nodiscard]] dnnl::memory weights(const ProductShape& shape, const Desc& desc) {
    const auto fan_in = shape.weights[1] * shape.weights[2] * shape.weights[3];
    return filled(desc, std::sqrt(3.0F / static_cast<float>(fan_in)));
  }
  [[nodiscard]] dnnl::memory bias(const ProductShape& shape) {
    return filled(plain_layout(shape.bias()), 0);
  }

  void add_training(ProductShape shape) {
    shape.one_layout = false;
    const bool first = calls_.empty();
    const auto plan = plan_training(device_.engine, shape, any_layout(shape.src),
                                    {.source = !first, .weights = true});
    const bool follows = blob_ && blob_.get_desc() == plan.forward.src;
    const auto src = follows ? blob_ : filled(plan.forward.src, 1);
    const auto difference = read_.at(plan.forward.dst);
    const auto taken = weights(shape, plan.forward.weights);
    blob_ = filled(plan.forward.dst, 0);
    Calls calls;
    calls.forward = Call(device_, plan.forward,
                         {{DNNL_ARG_SRC, src},
                          {DNNL_ARG_WEIGHTS, taken},
                          {DNNL_ARG_BIAS, bias(shape)},
                          {DNNL_ARG_DST, blob_}});
    calls.backward_weights =
        Call(device_, plan.backward_weights,
             {{DNNL_ARG_SRC, src},
              {DNNL_ARG_DIFF_DST, difference},
              {DNNL_ARG_DIFF_WEIGHTS, filled(plan.backward_weights.weights, 0)},
              {DNNL_ARG_DIFF_BIAS, bias(shape)}});
    if (!first) {
      const bool same = plan.backward_data.weights == plan.forward.weights;
      calls.backward_data =
          Call(device_, plan.backward_data,
               {{DNNL_ARG_DIFF_DST, difference},
                {DNNL_ARG_WEIGHTS, same ? taken : weights(shape, plan.backward_data.weights)},
                {DNNL_ARG_DIFF_SRC, written_.at(plan.forward.src)}});
    }
    calls_.push_back(std::move(calls));
    const auto flops = forward_flops(shape);
    products_.push_back({shape.name, flops, first ? flops : 2 * flops});
  }

  void add_scoring(const ProductShape& shape) {
    const auto plan = plan_scoring(device_.engine, shape, any_layout(shape.src));
    calls_.push_back({Call(device_, plan,
                           {{DNNL_ARG_SRC, read_.at(plan.src)},
                            {DNNL_ARG_WEIGHTS, weights(shape, plan.weights)},
                            {DNNL_ARG_BIAS, bias(shape)},
                            {DNNL_ARG_DST, written_.at(plan.dst)}}),
                      {},
                      {}});
    products_.push_back({shape.name, forward_flops(shape), 0});
  }

  int threads_;
  Device device_;
  SharedBlock read_;     // what the primitives read and nobody made
  SharedBlock written_;  // what they make and nobody reads
  dnnl::memory blob_;    // what the layer before made
  std::vector<Calls> calls_;
  std::vector<BareProduct> products_;
};

}  // namespace
}  // namespace vggflow::onednn

namespace vggflow {

std::unique_ptr<BareProducts> bare_training(const Net& net, int batch, int threads) {
  if (batch < 1)
    throw Error(Origin::engine,
                "a training batch of " + std::to_string(batch) + " slots; allowed: at least 1");
  return std::make_unique<onednn::OnednnBare>(net, BatchShape{batch, net.input}, threads, true);
}

std::unique_ptr<BareProducts> bare_scoring(const Net& net, const BatchShape& batch, int threads) {
  const int least = least_input_side(net);
  if (batch.slots < 1 || (batch.image.short_side() < least && !(batch.image == net.input))) {
    throw Error(Origin::engine, "cannot score " + std::to_string(batch.slots) + " slots of " +
                                    to_string(batch.image) + " px with net '" + net.name +
                                    "'; allowed: sides of at least " + std::to_string(least) +
                                    " px");
  }
  return std::make_unique<onednn::OnednnBare>(net, batch, threads, false);
}

}  // namespace vggflow
