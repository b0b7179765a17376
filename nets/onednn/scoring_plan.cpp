#include "nets/onednn/scoring_plan.h"

#include <algorithm>

#include "nets/onednn/input.h"
#include "nets/onednn/loss.h"
#include "nets/onednn/product_shape.h"

namespace vggflow::onednn {

/// Walks through the layers on the shape at hand, beside their shapes in training.
class ScoringPlan::Builder {
 public:
  Builder(ScoringPlan& plan, Device& device, const Net& net, ParameterStore& parameters)
      : plan_(plan),
        device_(device),
        net_(net),
        trained_(layer_shapes(net)),
        parameters_(parameters),
        slots_(plan.shape_.slots),
        shape_{kChannels, plan.shape_.image.height, plan.shape_.image.width} {}

  void build() {
    for (at_ = 0; at_ < net_.layers.size(); ++at_) {
      std::visit([this](const auto& layer) { add(layer); }, net_.layers[at_]);
    }
    plan_.positions_ = shape_.height * shape_.width;
    // A single position is channels last already.
    if (plan_.positions_ > 1) move_to(channels_last_layout(blob_dims(slots_, shape_)));
    plan_.maps_ = blob_;
  }

 private:
  dnnl::memory& blob() {
    if (!blob_) give_input(plain_layout(blob_dims(slots_, shape_)));
    return blob_;
  }
  void give_input(const Desc& layout) {
    plan_.input_ = plan_.blobs_.next(layout);
    plan_.channels_last_ = layout == channels_last_layout(layout.dims());
    blob_ = plan_.input_;
  }

  void move_to(const Desc& layout) {
    if (blob_.get_desc() == layout) return;
    const auto to = plan_.blobs_.next(layout);
    plan_.steps_.push_back({Call(device_, plan_reorder(device_.engine, blob_.get_desc(), layout),
                                 {{DNNL_ARG_FROM, blob_}, {DNNL_ARG_TO, to}})});
    blob_ = to;
  }

  void add(const Convolution& conv) {
    add_product(convolution_shape(conv, slots_, shape_));
    shape_.channels = conv.outputs;
  }

  void add(const FullyConnected& fc) {
    const Shape extent =
        at_ == 0 ? Shape{kChannels, net_.input.height, net_.input.width} : trained_[at_ - 1];
    add_product(shape_ == extent ? inner_product_shape(fc, slots_, shape_)
                                 : sliding_shape(fc, slots_, shape_, extent));
    shape_ = {fc.outputs, shape_.height - extent.height + 1, shape_.width - extent.width + 1};
  }

  void add_product(ProductShape shape) {
    shape.relu = at_ + 1 < net_.layers.size() && std::holds_alternative<Relu>(net_.layers[at_ + 1]);
    const bool first = !blob_;
    const bool free = first || (!shape.convolution && shape.src[2] * shape.src[3] > 1);
    const auto plan =
        plan_scoring(device_.engine, shape, free ? any_layout(shape.src) : blob().get_desc());
    if (first) {
      const auto channels_last = channels_last_layout(shape.src);
      give_input(plan.src == channels_last ? channels_last : plain_layout(shape.src));
    }
    move_to(plan.src);
    auto& parameters = parameters_.at(shape.name);
    const auto weights = parameters.weight.view(plan.weights);
    const auto to = plan_.blobs_.next(plan.dst);
    plan_.steps_.push_back({Call(device_, plan,
                                 {{DNNL_ARG_SRC, blob_},
                                  {DNNL_ARG_WEIGHTS, weights->memory},
                                  {DNNL_ARG_BIAS, parameters.bias.values()},
                                  {DNNL_ARG_DST, to}}),
                            weights});
    blob_ = to;
  }

  void add(const Relu& /*relu*/) {
    if (at_ > 0 && is_product(net_.layers[at_ - 1])) return;
    plan_.steps_.push_back({Call(device_, plan_relu(device_.engine, blob().get_desc()).forward,
                                 {{DNNL_ARG_SRC, blob()}, {DNNL_ARG_DST, blob()}})});
  }

  void add(const MaxPool& pool) {
    const auto source = blob().get_desc();
    shape_.height /= pool.window;
    shape_.width /= pool.window;
    const auto plan =
        plan_scoring(device_.engine, PoolShape{source, blob_dims(slots_, shape_), pool.window});
    MaxPoolShape blocks;
    if (!pools_in_blocks(blob_layout(source), blob_layout(plan.dst), pool.window, blocks)) {
      return to_next(plan);
    }
    const auto to = plan_.blobs_.next(plan.dst);
    plan_.steps_.push_back({.call = {}, .pool = Pool{blocks, blob_, to}});
    blob_ = to;
  }

  void add(const Lrn& lrn) {
    to_next(plan_scoring(device_.engine,
                         LrnShape{blob().get_desc(), lrn.size, lrn.alpha, lrn.beta, lrn.k}));
  }

  void add(const Dropout& /*dropout*/) {}

  void to_next(const Planned& plan) {
    const auto to = plan_.blobs_.next(plan.dst);
    plan_.steps_.push_back({Call(device_, plan, {{DNNL_ARG_SRC, blob_}, {DNNL_ARG_DST, to}})});
    blob_ = to;
  }

  ScoringPlan& plan_;
  Device& device_;
  const Net& net_;
  std::vector<Shape> trained_;
  ParameterStore& parameters_;
  int slots_;
  Shape shape_;
  std::size_t at_ = 0;
  dnnl::memory blob_;
};

ScoringPlan::ScoringPlan(Device& device, const Net& net, const BatchShape& shape,
                         ParameterStore& parameters)
    : shape_(shape), blobs_(device) {
  Builder(*this, device, net, parameters).build();
}

void ScoringPlan::Step::run() {
  if (pool) {
    max_pool(floats(pool->src), floats(pool->dst), nullptr, pool->shape);
    return;
  }
  if (weights) Parameter::refresh(*weights);
  call.run();
}

void ScoringPlan::run(const Batch& batch, Aggregate how, Scores& scores) {
  blobs_.bind();
  convert_input(batch, floats(input_), channels_last_, Slots::all);
  for (Step& step : steps_) step.run();
  aggregate(floats(maps_), positions_, how, scores);
}

void ScoringPlans::score(const Batch& batch, Aggregate how, Scores& scores) {
  plan(batch.shape).run(batch, how, scores);
}

ScoringPlan& ScoringPlans::plan(const BatchShape& shape) {
  const auto known = std::find_if(plans_.begin(), plans_.end(),
                                  [&](const ScoringPlan& plan) { return plan.shape() == shape; });
  if (known != plans_.end()) {
    plans_.splice(plans_.begin(), plans_, known);
  } else {
    plans_.emplace_front(*device_, *net_, shape, *parameters_);
    while (plans_.size() > 1 && over_limits()) plans_.pop_back();
  }
  return plans_.front();
}

bool ScoringPlans::over_limits() const {
  const auto copies = static_cast<double>(parameters_->copied_bytes());
  return plans_.size() > limits_.plans ||
         copies > limits_.copies * static_cast<double>(parameters_->bytes());
}

}  // namespace vggflow::onednn
