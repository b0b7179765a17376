#include "nets/onednn/parameter.h"

#include <algorithm>

#include "nets/onednn/sgd.h"

namespace vggflow::onednn {

// Zero gradients and momenta in the padding of a blocked layout keep its weights zero for ever.
Parameter::Parameter(Device& device, ParameterShape shape, const Dims& dims, const Desc& own,
                     double rate_multiplier)
    : device_(&device),
      shape_(std::move(shape)),
      plain_(plain_layout(dims)),
      own_(device.allocate(own, "parameters")),
      elements_(own.get_size() / sizeof(float)),
      rate_multiplier_(rate_multiplier) {
  if (!learns()) return;
  momentum_ = device.allocate(own, "momenta");
  gradient_ = device.allocate(own, "gradients");
}

Parameter::ViewHandle Parameter::view(const Desc& layout) {
  std::erase_if(views_, [](const auto& known) { return known.expired(); });
  for (const auto& known : views_) {
    const auto view = known.lock();
    if (view->memory.get_desc() == layout) return view;
  }
  const auto view = std::make_shared<View>();
  views_.push_back(view);
  view->copy = layout != own_.get_desc();
  view->stale = view->copy;
  view->memory = own_;
  if (view->copy) {
    view->block.reserve(layout.get_size());
    view->memory = {layout, device_->engine, view->block.data()};
    view->reorder = Call(*device_, plan_reorder(device_->engine, own_.get_desc(), layout),
                         {{DNNL_ARG_FROM, own_}, {DNNL_ARG_TO, view->memory}});
  }
  return view;
}

std::size_t Parameter::copied_bytes() const {
  std::size_t bytes = 0;
  for (const auto& known : views_) {
    const auto view = known.lock();
    if (view) bytes += view->block.bytes();
  }
  return bytes;
}

void Parameter::refresh(View& view) {
  if (!view.stale) return;
  view.reorder.run();
  view.stale = false;
}

void Parameter::changed() {
  for (const auto& known : views_) {
    if (const auto view = known.lock()) view->stale = view->copy;
  }
}

void Parameter::fold(const float* spare) {
  if (!fresh_) add(floats(gradient_), spare, elements_);
  fresh_ = false;
}

std::span<float> Parameter::gradient_values() {
  if (fresh_) std::fill_n(floats(gradient_), elements_, 0.0F);
  fresh_ = false;
  return {floats(gradient_), elements_};
}

bool Parameter::update(const Rates& rates) {
  if (!learns()) return true;
  const auto gradient = gradient_values();
  const bool finite = sgd_step(floats(own_), floats(momentum_), gradient.data(), elements_,
                               {rates.rate * rate_multiplier_, rates.momentum, rates.decay});
  fresh_ = true;
  changed();
  return finite;
}

void Parameter::load(const Tensor& tensor) {
  from_host(tensor, own_);
  changed();
}

void Parameter::restore(const Tensor& momentum) {
  if (momentum_) from_host(momentum, momentum_);
}

Tensor Parameter::gradients() const { return fresh_ ? zeros() : to_host(gradient_); }

void Parameter::from_host(const Tensor& tensor, const dnnl::memory& to) {
  const dnnl::memory host(plain_, device_->engine, const_cast<float*>(tensor.values.data()));
  Call(*device_, plan_reorder(device_->engine, plain_, to.get_desc()),
       {{DNNL_ARG_FROM, host}, {DNNL_ARG_TO, to}})
      .run();
}

Tensor Parameter::to_host(const dnnl::memory& from) const {
  Tensor out = zeros();
  if (!from) return out;
  const dnnl::memory host(plain_, device_->engine, out.values.data());
  Call(*device_, plan_reorder(device_->engine, from.get_desc(), plain_),
       {{DNNL_ARG_FROM, from}, {DNNL_ARG_TO, host}})
      .run();
  return out;
}

Tensor Parameter::zeros() const {
  return {shape_.name(), shape_.dims,
          std::vector<float>(static_cast<std::size_t>(shape_.elements()))};
}

}  // namespace vggflow::onednn
