#include "nets/onednn/operations.h"

namespace vggflow::onednn {

PoolOperation::PoolOperation(Device& device, const Trained& plan, const dnnl::memory& src,
                             const PoolPlace& place)
    : device_(&device),
      plan_(plan),
      src_(src),
      dst_(device.allocate(plan_.forward.dst, kActivations)),
      workspace_(workspace_of(device, plan_.forward)),
      place_(place),
      forward_(forward_with_workspace(device, plan_.forward, src_, dst_, workspace_)) {}

void PoolOperation::forward(const StepContext& /*context*/) { forward_.run(); }

dnnl::memory PoolOperation::connect(const dnnl::memory& gradient, PingPong& arena) {
  const auto source = arena.next(src_.get_desc());
  if (place_.borrows) arena.share(src_);
  backward_ = Call(*device_, plan_.backward,
                   {{DNNL_ARG_DIFF_DST, gradient},
                    {DNNL_ARG_WORKSPACE, workspace_},
                    {DNNL_ARG_DIFF_SRC, source}});
  if (place_.mask_relu) mask_ = ReluMask(*device_, dst_, gradient);
  return source;
}

void PoolOperation::backward(const StepContext& /*context*/) {
  if (place_.mask_relu) mask_.run();
  backward_.run();
}

BlockedPoolOperation::BlockedPoolOperation(Device& device, const MaxPoolShape& shape,
                                           const dnnl::memory& src, const Desc& dst,
                                           const PoolPlace& place)
    : shape_(shape),
      place_(place),
      src_(src),
      dst_(device.allocate(dst, kActivations)),
      places_(static_cast<std::uint8_t*>(
          device.allocate(static_cast<std::size_t>(shape.pooled_elements()), kWorkspaces))) {}

void BlockedPoolOperation::forward(const StepContext& /*context*/) {
  max_pool(floats(src_), floats(dst_), places_, shape_);
}

dnnl::memory BlockedPoolOperation::connect(const dnnl::memory& gradient, PingPong& arena) {
  dst_gradient_ = gradient;
  src_gradient_ = arena.next(src_.get_desc());
  if (place_.borrows) arena.share(src_);
  return src_gradient_;
}

void BlockedPoolOperation::backward(const StepContext& /*context*/) {
  max_pool_backward(floats(dst_gradient_), place_.mask_relu ? floats(dst_) : nullptr, places_,
                    floats(src_gradient_), shape_);
}

std::unique_ptr<Operation> pool_operation(Device& device, const PoolShape& shape,
                                          const dnnl::memory& src, const PoolPlace& place) {
  const auto plan = plan_training(device.engine, shape);
  const auto& dst = plan.forward.dst;
  MaxPoolShape blocks;
  if (pools_in_blocks(blob_layout(shape.src), blob_layout(dst), shape.window, blocks)) {
    return std::make_unique<BlockedPoolOperation>(device, blocks, src, dst, place);
  }
  return std::make_unique<PoolOperation>(device, plan, src, place);
}

}  // namespace vggflow::onednn
