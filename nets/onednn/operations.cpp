#include "nets/onednn/operations.h"

#include "nets/onednn/dropout.h"

namespace vggflow::onednn {
namespace {

std::size_t floats_of(const dnnl::memory& memory) {
  return memory.get_desc().get_size() / sizeof(float);
}

Call forward_with_workspace(Device& device, const Planned& plan, const dnnl::memory& src,
                            const dnnl::memory& dst, const dnnl::memory& workspace) {
  Call::Arguments arguments{{DNNL_ARG_SRC, src}, {DNNL_ARG_DST, dst}};
  if (workspace) arguments.emplace_back(DNNL_ARG_WORKSPACE, workspace);
  return {device, plan, arguments};
}

dnnl::memory workspace_of(const Device& device, const Planned& plan) {
  return plan.workspace.get_size() > 0 ? device.allocate(plan.workspace) : dnnl::memory();
}

}  // namespace

ReluMask::ReluMask(Device& device, const dnnl::memory& output, const dnnl::memory& gradient)
    : call_(
          device, plan_relu(device.engine, output.get_desc()).backward,
          {{DNNL_ARG_DST, output}, {DNNL_ARG_DIFF_DST, gradient}, {DNNL_ARG_DIFF_SRC, gradient}}) {}

PoolOperation::PoolOperation(Device& device, const PoolShape& shape, const dnnl::memory& src,
                             bool mask_relu)
    : device_(&device),
      plan_(plan_training(device.engine, shape)),
      src_(src),
      dst_(device.allocate(plan_.forward.dst)),
      workspace_(workspace_of(device, plan_.forward)),
      mask_relu_(mask_relu),
      forward_(forward_with_workspace(device, plan_.forward, src_, dst_, workspace_)) {}

void PoolOperation::forward(const StepContext& /*context*/) { forward_.run(); }

dnnl::memory PoolOperation::connect(const dnnl::memory& gradient, PingPong& arena) {
  const auto source = arena.next(src_.get_desc());
  backward_ = Call(*device_, plan_.backward,
                   {{DNNL_ARG_DIFF_DST, gradient},
                    {DNNL_ARG_WORKSPACE, workspace_},
                    {DNNL_ARG_DIFF_SRC, source}});
  if (mask_relu_) mask_ = ReluMask(*device_, dst_, gradient);
  return source;
}

void PoolOperation::backward(const StepContext& /*context*/) {
  if (mask_relu_) mask_.run();
  backward_.run();
}

LrnOperation::LrnOperation(Device& device, const LrnShape& shape, const dnnl::memory& src)
    : device_(&device),
      plan_(plan_training(device.engine, shape)),
      src_(src),
      dst_(device.allocate(plan_.forward.dst)),
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

DropoutOperation::DropoutOperation(Device& device, const Shape& shape, const dnnl::memory& data,
                                   double probability, PhiloxKey key)
    : device_(&device), shape_(shape), data_(data), probability_(probability), key_(key) {
  const auto layout = data.get_desc();
  const auto plain = plain_layout(layout.dims());
  drawn_ = device.allocate(plain);
  mask_ = drawn_;
  if (layout == plain) return;
  mask_ = device.allocate(layout);
  reorder_ = Call(device, plan_reorder(device.engine, plain, layout),
                  {{DNNL_ARG_FROM, drawn_}, {DNNL_ARG_TO, mask_}});
}

void DropoutOperation::forward(const StepContext& context) {
  const auto slots = static_cast<int>(data_.get_desc().dims()[0]);
  draw_dropout(floats(drawn_), {slots, shape_.elements()}, {probability_, key_}, context.step);
  if (mask_ != drawn_) reorder_.run();
  multiply(floats(data_), floats(mask_), floats_of(data_));
}

dnnl::memory DropoutOperation::connect(const dnnl::memory& gradient, PingPong& /*arena*/) {
  gradient_ = gradient;
  return gradient;
}

void DropoutOperation::backward(const StepContext& /*context*/) {
  multiply(floats(gradient_), floats(mask_), floats_of(gradient_));
}

}  // namespace vggflow::onednn
