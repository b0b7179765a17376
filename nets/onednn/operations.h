#pragma once

#include <memory>

#include "nets/engine.h"
#include "nets/onednn/device.h"
#include "nets/onednn/dropout.h"
#include "nets/onednn/max_pool.h"
#include "nets/onednn/parameter.h"

namespace vggflow::onednn {

/// What one training step needs besides the batch.
struct StepContext {
  Step step;
  Buffer* spare = nullptr;  ///< gradients of a second and later pass, before they are added
};

/// One operation of the training step, with its output and its place in the backward pass.
class Operation {
 public:
  virtual ~Operation() = default;
  /// Where forward() leaves its result. Operations in place return their source.
  [[nodiscard]] virtual dnnl::memory output() const = 0;
  virtual void forward(const StepContext& context) = 0;
  /// Lays the backward pass: from the gradient of the output to that of the source, which is empty
  /// where nobody needs it. Gradients live in `arena`.
  [[nodiscard]] virtual dnnl::memory connect(const dnnl::memory& gradient, PingPong& arena) = 0;
  virtual void backward(const StepContext& context) = 0;
};

/// The account's names of outputs that the backward pass needs, and of how they came about.
inline constexpr auto kActivations = "stored activations";
inline constexpr auto kWorkspaces = "workspaces";

/// Of a forward primitive whose backward one wants to know what it did; empty where it need not.
[[nodiscard]] dnnl::memory workspace_of(Device& device, const Planned& plan);
[[nodiscard]] Call forward_with_workspace(Device& device, const Planned& plan,
                                          const dnnl::memory& src, const dnnl::memory& dst,
                                          const dnnl::memory& workspace);

/// How a product stands among its neighbours.
struct ProductPlace {
  Gradients wanted;        ///< of its source and of its weights
  bool mask_relu = false;  ///< apply the ReLU's gradient here; a pool that follows does it cheaper
  bool lasting = true;     ///< the output has memory of its own
};

/// The gradient mask of a ReLU, in place, by the sign of the stored output.
class ReluMask {
 public:
  ReluMask() = default;
  ReluMask(Device& device, const dnnl::memory& output, const dnnl::memory& gradient);
  void run() { call_.run(); }

 private:
  Call call_;
};

/// Convolution or inner product with bias and fused ReLU.
class ProductOperation : public Operation {
 public:
  ProductOperation(Device& device, const TrainedProduct& plan, const dnnl::memory& src,
                   LayerParameters& parameters, const ProductPlace& place);
  [[nodiscard]] dnnl::memory output() const override { return dst_; }
  void forward(const StepContext& context) override;
  [[nodiscard]] dnnl::memory connect(const dnnl::memory& gradient, PingPong& arena) override;
  void backward(const StepContext& context) override;

 private:
  void connect_weights(const dnnl::memory& gradient);
  void backward_weights(const StepContext& context);
  void bind_spare(Buffer& spare);
  [[nodiscard]] dnnl::memory connect_source(const dnnl::memory& gradient, PingPong& arena);

  Device* device_;
  TrainedProduct plan_;
  LayerParameters* parameters_;
  ProductPlace place_;
  bool reordered_;     // the primitive wants another layout of its source
  dnnl::memory src_;   // in the primitive's layout
  dnnl::memory blob_;  // as the operation before left it
  dnnl::memory dst_;
  Parameter::ViewHandle weights_;           // of the forward pass
  Parameter::ViewHandle turned_;            // weights of the backward pass
  dnnl::memory spare_weight_, spare_bias_;  // gradients of later passes
  Call reorder_, forward_, backward_weights_, backward_data_, reorder_back_;
  ReluMask mask_;
};

struct PoolPlace {
  bool mask_relu = false;  ///< the gradient of the ReLU before it
  bool borrows = false;    ///< its source was given no memory
};

/// Max-pooling; after a fused ReLU it also masks that one's gradient: an output above zero is the
/// value of the input that it was taken from, and all other inputs get no gradient anyway.
///
/// What it pools is no longer needed once it has been pooled. A source that was not given memory
/// gets that of its gradient, which comes later.
class PoolOperation : public Operation {
 public:
  PoolOperation(Device& device, const Trained& plan, const dnnl::memory& src,
                const PoolPlace& place);
  [[nodiscard]] dnnl::memory output() const override { return dst_; }
  void forward(const StepContext& context) override;
  [[nodiscard]] dnnl::memory connect(const dnnl::memory& gradient, PingPong& arena) override;
  void backward(const StepContext& context) override;

 private:
  Device* device_;
  Trained plan_;
  dnnl::memory src_, dst_, workspace_;
  PoolPlace place_;
  Call forward_, backward_;
  ReluMask mask_;
};

/// The same in loops of our own, where these can.
class BlockedPoolOperation : public Operation {
 public:
  BlockedPoolOperation(Device& device, const MaxPoolShape& shape, const dnnl::memory& src,
                       const Desc& dst, const PoolPlace& place);
  [[nodiscard]] dnnl::memory output() const override { return dst_; }
  void forward(const StepContext& context) override;
  [[nodiscard]] dnnl::memory connect(const dnnl::memory& gradient, PingPong& arena) override;
  void backward(const StepContext& context) override;

 private:
  MaxPoolShape shape_;
  PoolPlace place_;
  dnnl::memory src_, dst_, dst_gradient_, src_gradient_;
  std::uint8_t* places_;
};
/// One or the other.
[[nodiscard]] std::unique_ptr<Operation> pool_operation(Device& device, const PoolShape& shape,
                                                        const dnnl::memory& src,
                                                        const PoolPlace& place);

class LrnOperation : public Operation {
 public:
  LrnOperation(Device& device, const LrnShape& shape, const dnnl::memory& src);
  [[nodiscard]] dnnl::memory output() const override { return dst_; }
  void forward(const StepContext& context) override;
  [[nodiscard]] dnnl::memory connect(const dnnl::memory& gradient, PingPong& arena) override;
  void backward(const StepContext& context) override;

 private:
  Device* device_;
  Trained plan_;
  dnnl::memory src_, dst_, workspace_;
  Call forward_, backward_;
};

/// A ReLU that could not be fused. In place.
class ReluOperation : public Operation {
 public:
  ReluOperation(Device& device, const dnnl::memory& data);
  [[nodiscard]] dnnl::memory output() const override { return data_; }
  void forward(const StepContext& context) override;
  [[nodiscard]] dnnl::memory connect(const dnnl::memory& gradient, PingPong& arena) override;
  void backward(const StepContext& context) override;

 private:
  Device* device_;
  dnnl::memory data_;
  Call forward_;
  ReluMask mask_;
};

/// In place: a ReLU before it still sees from the sign which gradients to pass on, for what was
/// dropped gets none.
class DropoutOperation : public Operation {
 public:
  DropoutOperation(Device& device, const dnnl::memory& data, const DropoutKey& dropout);
  [[nodiscard]] dnnl::memory output() const override { return data_; }
  void forward(const StepContext& context) override;
  [[nodiscard]] dnnl::memory connect(const dnnl::memory& gradient, PingPong& arena) override;
  void backward(const StepContext& context) override;

 private:
  dnnl::memory data_, gradient_;
  BlobLayout layout_;
  DropoutExtent extent_;
  DropoutKey dropout_;
  std::uint8_t* bits_;
};

}  // namespace vggflow::onednn
