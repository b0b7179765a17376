#pragma once

#include <memory>
#include <span>
#include <vector>

#include "nets/engine.h"
#include "nets/onednn/device.h"

namespace vggflow::onednn {

/// A learned tensor. Weight, gradient and momentum share the layout in which the backward pass
/// leaves the gradient, so that the update is one loop over memory; primitives that want another
/// layout read a copy, made anew once after every change.
class Parameter {
 public:
  /// A copy of the weights in the layout of some primitive; or the weights themselves.
  struct View {
    Buffer block;  // of a copy
    dnnl::memory memory;
    Call reorder;
    bool copy = false;
    bool stale = false;
  };
  /// Held by whoever computes with it; a copy goes with its last holder.
  using ViewHandle = std::shared_ptr<View>;

  /// `dims` are (O, C, kh, kw), or (O) of a bias; `own` is the layout of the weights. One that does
  /// not learn has neither gradient nor momentum.
  Parameter(Device& device, ParameterShape shape, const Dims& dims, const Desc& own,
            double rate_multiplier);
  Parameter(const Parameter&) = delete;
  Parameter& operator=(const Parameter&) = delete;

  /// The view for a primitive, one for all that want the same layout. Up to date after refresh().
  [[nodiscard]] ViewHandle view(const Desc& layout);
  /// In their own layout, always up to date.
  [[nodiscard]] const dnnl::memory& values() const { return own_; }
  static void refresh(View& view);

  /// Where a backward pass shall leave its gradient: gradient() itself on the first pass since the
  /// last update, else `spare`, which fold() then adds.
  [[nodiscard]] bool fresh() const { return fresh_; }
  void fold(const float* spare);
  [[nodiscard]] const dnnl::memory& gradient() const { return gradient_; }
  /// Of one that learns, in its layout, padding included; zeros when nothing was accumulated since
  /// the last update.
  [[nodiscard]] std::span<float> gradient_values();
  [[nodiscard]] std::size_t elements() const { return elements_; }  ///< with padding
  /// Memory of the copies that somebody holds.
  [[nodiscard]] std::size_t copied_bytes() const;

  [[nodiscard]] bool learns() const { return rate_multiplier_ > 0; }
  /// One SGD step on the gradient, if it learns; the next backward pass starts anew. False where a
  /// weight is no longer finite.
  [[nodiscard]] bool update(const Rates& rates);

  void load(const Tensor& tensor);
  void restore(const Tensor& momentum);
  [[nodiscard]] Tensor weights() const { return to_host(own_); }
  [[nodiscard]] Tensor momenta() const { return to_host(momentum_); }
  /// Zeros when nothing was accumulated since the last update.
  [[nodiscard]] Tensor gradients() const;

 private:
  void from_host(const Tensor& tensor, const dnnl::memory& to);
  [[nodiscard]] Tensor to_host(const dnnl::memory& from) const;
  [[nodiscard]] Tensor zeros() const;
  void changed();

  Device* device_;
  ParameterShape shape_;
  Desc plain_;
  dnnl::memory own_;
  dnnl::memory momentum_;  // empty unless it learns
  dnnl::memory gradient_;  // empty unless it learns
  std::size_t elements_;
  double rate_multiplier_;
  std::vector<std::weak_ptr<View>> views_;
  bool fresh_ = true;
};

/// Weight and bias of a layer.
struct LayerParameters {
  Parameter weight;
  Parameter bias;
};

}  // namespace vggflow::onednn
