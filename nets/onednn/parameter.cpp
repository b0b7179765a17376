#include "nets/onednn/parameter.h"

#include <algorithm>

#include "nets/onednn/sgd.h"

namespace vggflow::onednn {

Parameter::Parameter(Device& device, ParameterShape shape, const Dims& dims, const Desc& own,
                     bool trained)
    : device_(&device),
      shape_(std::move(shape)),
      plain_(plain_layout(dims)),
      own_(device.allocate(own)),
      elements_(own.get_size() / sizeof(float)) {
  // Zero gradients and momenta in the padding of a blocked layout keep its weights zero for ever.
  std::fill_n(floats(own_), elements_, 0.0F);
  if (!trained) return;
  momentum_ = device.allocate(own);
  gradient_ = device.allocate(own);
  std::fill_n(floats(momentum_), elements_, 0.0F);
  std::fill_n(floats(gradient_), elements_, 0.0F);
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
  view->memory = view->copy ? device_->allocate(layout) : own_;
  if (view->copy) {
    view->reorder = Call(*device_, plan_reorder(device_->engine, own_.get_desc(), layout),
                         {{DNNL_ARG_FROM, own_}, {DNNL_ARG_TO, view->memory}});
  }
  return view;
}

std::size_t Parameter::copied_bytes() const {
  std::size_t bytes = 0;
  for (const auto& known : views_) {
    const auto view = known.lock();
    if (view && view->copy) bytes += view->memory.get_desc().get_size();
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

void Parameter::update(const Rates& rates) {
  const auto gradient = gradient_values();
  sgd_step(floats(own_), floats(momentum_), gradient.data(), elements_, rates);
  fresh_ = true;
  changed();
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
