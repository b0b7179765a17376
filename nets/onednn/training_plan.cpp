#include "nets/onednn/training_plan.h"

#include "nets/onednn/input.h"
#include "nets/onednn/product_shape.h"

namespace vggflow::onednn {

/// Walks through the layers and lays one operation after the other.
class TrainingPlan::Builder {
 public:
  Builder(TrainingPlan& plan, const Net& net, const EngineOptions& options,
          ParameterStore& parameters)
      : plan_(plan),
        net_(net),
        shapes_(layer_shapes(net)),
        names_(layer_names(net)),
        batch_(options.batch),
        seed_(options.seed),
        parameters_(parameters) {}

  void build() {
    for (at_ = 0; at_ < net_.layers.size(); ++at_) {
      std::visit([this](const auto& layer) { add(layer); }, net_.layers[at_]);
    }
    if (!learned_) plan_.first_learned_ = plan_.operations_.size();
  }

 private:
  [[nodiscard]] Shape source() const {
    return at_ == 0 ? Shape{kChannels, net_.input.height, net_.input.width} : shapes_[at_ - 1];
  }
  template <class L>
  [[nodiscard]] bool is(std::size_t layer) const {
    return layer < net_.layers.size() && std::holds_alternative<L>(net_.layers[layer]);
  }

  // The input of a net that begins with a product is laid out as this one likes it, if the
  // conversion of the batch can write that.
  Desc input_layout(const ProductShape& shape) {
    const auto wanted =
        plan_training(plan_.device_->engine, shape, any_layout(shape.src), {false, true})
            .forward.src;
    plan_.channels_last_ = wanted == channels_last_layout(shape.src);
    return plan_.channels_last_ ? wanted : plain_layout(shape.src);
  }

  [[nodiscard]] dnnl::memory& blob() {
    if (!blob_) give_input(plain_layout(blob_dims(batch_, source())));
    return blob_;
  }
  void give_input(const Desc& layout) {
    plan_.input_ = plan_.device_->allocate(layout, "input");
    blob_ = plan_.input_;
  }

  void add(const Convolution& conv) { add_product(convolution_shape(conv, batch_, source())); }
  void add(const FullyConnected& fc) { add_product(inner_product_shape(fc, batch_, source())); }

  void add_product(ProductShape shape) {
    shape.relu = is<Relu>(at_ + 1);
    if (!blob_) give_input(input_layout(shape));
    const Gradients wanted{learned_, parameters_.learns(shape.name)};
    if (wanted.weights && !learned_) {
      plan_.first_learned_ = plan_.operations_.size();
      learned_ = true;
    }
    const bool pooled = shape.relu && is<MaxPool>(at_ + 2);
    const ProductPlace place{wanted, shape.relu && !pooled, !pooled};
    const auto plan = product_plan(shape, wanted);
    auto& layer = parameters_.add(
        shape.name, wanted.weights ? plan.backward_weights.weights : plan.forward.weights);
    push(std::make_unique<ProductOperation>(*plan_.device_, plan, blob_, layer, place));
  }

  // On the activations as they are; but an inner product over a map whose channels fill no blocks
  // has but plain loops for that, which cost more than to lay them out anew; and where these do not
  // help, so does a second layout of the weights.
  TrainedProduct product_plan(ProductShape shape, const Gradients& wanted) {
    const auto& engine = plan_.device_->engine;
    const auto plan = plan_training(engine, shape, blob().get_desc(), wanted);
    if (shape.convolution || !plan.plain()) return plan;
    const auto anew = plan_training(engine, shape, any_layout(shape.src), wanted);
    if (!anew.plain()) return anew;
    shape.one_layout = false;
    return plan_training(engine, shape, any_layout(shape.src), wanted);
  }

  void add(const Relu& /*relu*/) {
    const bool fused = at_ > 0 && is_product(net_.layers[at_ - 1]);
    if (!fused) push(std::make_unique<ReluOperation>(*plan_.device_, blob()));
  }

  void add(const MaxPool& pool) {
    const bool masks = at_ >= 2 && is<Relu>(at_ - 1) && is_product(net_.layers[at_ - 2]);
    const PoolPlace place{masks, masks && learned_};
    // Nobody asks for the gradient of what a frozen front pools; it lives where one would.
    if (masks && !learned_) plan_.gradients_.share(blob());
    push(pool_operation(*plan_.device_,
                        PoolShape{blob().get_desc(), blob_dims(batch_, shapes_[at_]), pool.window},
                        blob(), place));
  }

  void add(const Lrn& lrn) {
    push(std::make_unique<LrnOperation>(
        *plan_.device_, LrnShape{blob().get_desc(), lrn.size, lrn.alpha, lrn.beta, lrn.k}, blob()));
  }

  void add(const Dropout& dropout) {
    const auto key = stream_key(seed_, "dropout#" + std::to_string(dropouts_++));
    push(std::make_unique<DropoutOperation>(*plan_.device_, blob(),
                                            DropoutKey{dropout.probability, key}));
  }

  void push(std::unique_ptr<Operation> operation) {
    blob_ = operation->output();
    plan_.operations_.push_back({std::move(operation), plan_.clock_->add(names_[at_])});
  }

  TrainingPlan& plan_;
  const Net& net_;
  std::vector<Shape> shapes_;
  std::vector<std::string> names_;
  int batch_;
  std::uint64_t seed_;
  ParameterStore& parameters_;
  std::size_t at_ = 0;
  int dropouts_ = 0;
  bool learned_ = false;
  dnnl::memory blob_;
};

TrainingPlan::TrainingPlan(Device& device, const Net& net, const EngineOptions& options,
                           ParameterStore& parameters, LayerClock& clock)
    : device_(&device),
      clock_(&clock),
      input_row_(clock.add("input")),
      loss_(options.batch, classes(net)),
      gradients_(device) {
  Builder(*this, net, options, parameters).build();
  loss_row_ = clock.add("loss");
  scores_ = operations_.back().operation->output();
  scores_gradient_ = gradients_.next(scores_.get_desc());
  auto gradient = scores_gradient_;
  for (std::size_t i = operations_.size(); i-- > first_learned_;) {
    gradient = operations_[i].operation->connect(gradient, gradients_);
  }
  gradients_.bind();
}

LossSums TrainingPlan::run(const Batch& batch, const Step& step) {
  const StepContext context{step, &spare_};
  gradients_.bind();
  clock_->start();
  convert_input(batch, floats(input_), channels_last_, Slots::weighted);
  clock_->forward(input_row_);
  for (const auto& [operation, row] : operations_) {
    operation->forward(context);
    clock_->forward(row);
  }
  const auto sums = loss_.run(floats(scores_), floats(scores_gradient_), batch, step.weight_sum);
  clock_->forward(loss_row_);
  for (std::size_t i = operations_.size(); i-- > first_learned_;) {
    operations_[i].operation->backward(context);
    clock_->backward(operations_[i].row);
  }
  return sums;
}

}  // namespace vggflow::onednn
