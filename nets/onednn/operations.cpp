#include "nets/onednn/operations.h"

namespace vggflow::onednn {

Call forward_with_workspace(Device& device, const Planned& plan, const dnnl::memory& src,
                            const dnnl::memory& dst, const dnnl::memory& workspace) {
  Call::Arguments arguments{{DNNL_ARG_SRC, src}, {DNNL_ARG_DST, dst}};
  if (workspace) arguments.emplace_back(DNNL_ARG_WORKSPACE, workspace);
  return {device, plan, arguments};
}

dnnl::memory workspace_of(Device& device, const Planned& plan) {
  if (plan.workspace.get_size() == 0) return {};
  return device.allocate(plan.workspace, kWorkspaces);
}

ReluMask::ReluMask(Device& device, const dnnl::memory& output, const dnnl::memory& gradient)
    : call_(
          device, plan_relu(device.engine, output.get_desc()).backward,
          {{DNNL_ARG_DST, output}, {DNNL_ARG_DIFF_DST, gradient}, {DNNL_ARG_DIFF_SRC, gradient}}) {}

LrnOperation::LrnOperation(Device& device, const LrnShape& shape, const dnnl::memory& src)
    : device_(&device),
      plan_(plan_training(device.engine, shape)),
      src_(src),
      dst_(device.allocate(plan_.forward.dst, kActivations)),
      workspace_(workspace_of(device, plan_.forward)),
      forward_(forward_with_workspace(device, plan_.forward, src_, dst_, workspace_)) {}

void LrnOperation::forward(const StepContext& /*context*/) { forward_.run(); }

dnnl::memory LrnOperation::connect(const dnnl::memory& gradient, PingPong& arena) {
  const auto source = arena.next(src_.get_desc());
  Call::Arguments arguments{
      {DNNL_ARG_SRC, src_}, {DNNL_ARG_DIFF_DST, gradient}, {DNNL_ARG_DIFF_SRC, source}};
  if (workspace_) arguments.emplace_back(DNNL_ARG_WORKSPACE, workspace_);
  backward_ = Call(*device_, plan_.backward, arguments);
  return source;
}

void LrnOperation::backward(const StepContext& /*context*/) { backward_.run(); }

ReluOperation::ReluOperation(Device& device, const dnnl::memory& data)
    : device_(&device),
      data_(data),
      forward_(device, plan_relu(device.engine, data.get_desc()).forward,
               {{DNNL_ARG_SRC, data}, {DNNL_ARG_DST, data}}) {}

void ReluOperation::forward(const StepContext& /*context*/) { forward_.run(); }

dnnl::memory ReluOperation::connect(const dnnl::memory& gradient, PingPong& /*arena*/) {
  mask_ = ReluMask(*device_, data_, gradient);
  return gradient;
}

void ReluOperation::backward(const StepContext& /*context*/) { mask_.run(); }

DropoutOperation::DropoutOperation(Device& device, const dnnl::memory& data,
                                   const DropoutKey& dropout)
    : data_(data),
      layout_(blob_layout(data.get_desc())),
      extent_{static_cast<int>(layout_.slots), layout_.channels * layout_.rows * layout_.columns},
      dropout_(dropout),
      bits_(static_cast<std::uint8_t*>(
          device.allocate(static_cast<std::size_t>(extent_.bytes()), "dropout masks"))) {}

void DropoutOperation::forward(const StepContext& context) {
  draw_dropout(bits_, extent_, dropout_, context.step);
  apply_dropout(floats(data_), layout_, bits_, dropout_.probability);
}

dnnl::memory DropoutOperation::connect(const dnnl::memory& gradient, PingPong& /*arena*/) {
  gradient_ = gradient;
  return gradient;
}

void DropoutOperation::backward(const StepContext& /*context*/) {
  apply_dropout(floats(gradient_), layout_, bits_, dropout_.probability);
}

}  // namespace vggflow::onednn
