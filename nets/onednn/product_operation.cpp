#include "nets/onednn/operations.h"

namespace vggflow::onednn {
ProductOperation::ProductOperation(Device& device, const TrainedProduct& plan,
                                   const dnnl::memory& src, LayerParameters& parameters,
                                   const ProductPlace& place)
    : device_(&device),
      plan_(plan),
      parameters_(&parameters),
      place_(place),
      reordered_(src.get_desc() != plan.forward.src),
      src_(reordered_ ? device.allocate(plan.forward.src, kActivations) : src),
      blob_(src),
      dst_(place.lasting ? device.allocate(plan.forward.dst, kActivations)
                         : device.unbound(plan.forward.dst)),
      weights_(parameters.weight.view(plan.forward.weights)) {
  if (reordered_) {
    reorder_ = Call(device, plan_reorder(device.engine, blob_.get_desc(), src_.get_desc()),
                    {{DNNL_ARG_FROM, blob_}, {DNNL_ARG_TO, src_}});
  }
  forward_ = Call(device, plan.forward,
                  {{DNNL_ARG_SRC, src_},
                   {DNNL_ARG_WEIGHTS, weights_->memory},
                   {DNNL_ARG_BIAS, parameters.bias.values()},
                   {DNNL_ARG_DST, dst_}});
}

void ProductOperation::forward(const StepContext& /*context*/) {
  Parameter::refresh(*weights_);
  if (reordered_) reorder_.run();
  forward_.run();
}

dnnl::memory ProductOperation::connect(const dnnl::memory& gradient, PingPong& arena) {
  if (place_.mask_relu) mask_ = ReluMask(*device_, dst_, gradient);
  if (place_.wanted.weights) connect_weights(gradient);
  return place_.wanted.source ? connect_source(gradient, arena) : dnnl::memory();
}

void ProductOperation::connect_weights(const dnnl::memory& gradient) {
  backward_weights_ = Call(*device_, plan_.backward_weights,
                           {{DNNL_ARG_SRC, src_},
                            {DNNL_ARG_DIFF_DST, gradient},
                            {DNNL_ARG_DIFF_WEIGHTS, parameters_->weight.gradient()},
                            {DNNL_ARG_DIFF_BIAS, parameters_->bias.gradient()}});
}

dnnl::memory ProductOperation::connect_source(const dnnl::memory& gradient, PingPong& arena) {
  turned_ = parameters_->weight.view(plan_.backward_data.weights);
  const auto source = arena.next(src_.get_desc());
  backward_data_ = Call(*device_, plan_.backward_data,
                        {{DNNL_ARG_DIFF_DST, gradient},
                         {DNNL_ARG_WEIGHTS, turned_->memory},
                         {DNNL_ARG_DIFF_SRC, source}});
  if (!reordered_) return source;
  const auto blob = arena.next(blob_.get_desc());
  reorder_back_ = Call(*device_, plan_reorder(device_->engine, source.get_desc(), blob.get_desc()),
                       {{DNNL_ARG_FROM, source}, {DNNL_ARG_TO, blob}});
  return blob;
}

void ProductOperation::backward(const StepContext& context) {
  if (place_.mask_relu) mask_.run();
  if (place_.wanted.weights) backward_weights(context);
  if (!place_.wanted.source) return;
  Parameter::refresh(*turned_);
  backward_data_.run();
  if (reordered_) reorder_back_.run();
}

// The first pass since an update writes the gradient where it belongs; only later ones, rare, pay
// for a detour through spare memory and an addition.
void ProductOperation::backward_weights(const StepContext& context) {
  auto& [weight, bias] = *parameters_;
  if (weight.fresh()) {
    backward_weights_.run();
    weight.fold(nullptr);
    bias.fold(nullptr);
    return;
  }
  bind_spare(*context.spare);
  backward_weights_.rebind(DNNL_ARG_DIFF_WEIGHTS, spare_weight_);
  backward_weights_.rebind(DNNL_ARG_DIFF_BIAS, spare_bias_);
  backward_weights_.run();
  weight.fold(floats(spare_weight_));
  bias.fold(floats(spare_bias_));
  backward_weights_.rebind(DNNL_ARG_DIFF_WEIGHTS, weight.gradient());
  backward_weights_.rebind(DNNL_ARG_DIFF_BIAS, bias.gradient());
}

void ProductOperation::bind_spare(Buffer& spare) {
  const auto& [weight, bias] = *parameters_;
  const auto bias_floats = (bias.elements() + 15) / 16 * 16;
  spare.reserve((bias_floats + weight.elements()) * sizeof(float));
  if (!spare_bias_) {
    spare_weight_ = device_->unbound(weight.gradient().get_desc());
    spare_bias_ = device_->unbound(bias.gradient().get_desc());
  }
  if (spare_bias_.get_data_handle() == spare.data()) return;
  spare_bias_.set_data_handle(spare.data());
  spare_weight_.set_data_handle(static_cast<float*>(spare.data()) + bias_floats);
}

}  // namespace vggflow::onednn
