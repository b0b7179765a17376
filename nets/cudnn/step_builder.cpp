#include "nets/cudnn/step_builder.h"

#include "base/error.h"
#include "base/image.h"
#include "nets/cudnn/kernels/column_sums.h"
#include "nets/cudnn/kernels/max_pool.h"
#include "nets/cudnn/precision.h"

namespace vggflow::cudnn {
namespace {

/// Walks through the layers and lays one operation after the other.
class StepBuilder {
 public:
  StepBuilder(const Cudnn& cudnn, const Net& net, int slots, std::uint64_t seed,
              const ParameterLayout& layout, const std::map<std::string, double>& rates,
              const ComputeChoices& choices)
      : cudnn_(cudnn),
        net_(net),
        names_(layer_names(net)),
        slots_(slots),
        seed_(seed),
        layout_(layout),
        rates_(rates),
        choices_(choices),
        end_(static_cast<int>(net.layers.size())) {}

  BuiltStep build() {
    map_ = {blob(bytes({slots_, net_.input.height, net_.input.width, padded(kChannels)}), 0),
            {slots_, net_.input.height, net_.input.width, padded(kChannels)},
            kChannels};
    step_.input = map_;
    for (at_ = 0; at_ < end_; ++at_) {
      std::visit([this](const auto& layer) { add(layer); }, layer(at_));
    }
    finish();
    return std::move(step_);
  }

 private:
  [[nodiscard]] const Layer& layer(int at) const {
    return net_.layers[static_cast<std::size_t>(at)];
  }
  template <class L>
  [[nodiscard]] bool is(int at) const {
    return at >= 0 && at < end_ && std::holds_alternative<L>(layer(at));
  }
  [[nodiscard]] bool after_fused_relu() const {
    return is<Relu>(at_ - 1) && at_ >= 2 && is_product(layer(at_ - 2));
  }
  // The layer behind a fused ReLU that applies the ReLU's gradient with its own.
  [[nodiscard]] bool masked_behind() const { return is<MaxPool>(at_ + 2) || is<Dropout>(at_ + 2); }
  [[nodiscard]] bool learns(const std::string& name) const {
    const auto rate = rates_.find(name);
    return rate != rates_.end() && rate->second > 0;
  }

  [[nodiscard]] int forward_moment() const { return at_; }
  [[nodiscard]] int backward_moment() const { return 2 * end_ - at_; }
  [[nodiscard]] std::size_t bytes(const MapShape& shape) const {
    return static_cast<std::size_t>(shape.elements()) * element_bytes(choices_.precision);
  }
  BlobId blob(std::size_t bytes, int moment) {
    step_.blobs.push_back({bytes, moment, moment});
    return step_.blobs.size() - 1;
  }
  void use(BlobId id, int moment) { step_.blobs[id].use(moment); }

  // The map that the layer makes, and its gradient where something before wants one.
  Map next_map(int channels, int height, int width) {
    const MapShape shape{slots_, height, width, padded(channels)};
    return {blob(bytes(shape), forward_moment()), shape, channels};
  }
  void go_on_with(const Map& map, bool wants_gradient) {
    map_ = map;
    gradient_.reset();
    if (wants_gradient) gradient_ = blob(bytes(map.shape), backward_moment());
  }

  void add(const Convolution& conv) {
    const Map source = map_;
    const Map output = next_map(conv.outputs, source.shape.height, source.shape.width);
    ConvolutionProblem problem{.precision = choices_.precision,
                               .slots = slots_,
                               .height = source.shape.height,
                               .width = source.shape.width,
                               .inputs = source.shape.channels,
                               .outputs = output.shape.channels,
                               .kernel_height = conv.kernel,
                               .kernel_width = conv.kernel,
                               .relu = is<Relu>(at_ + 1),
                               .deterministic = choices_.deterministic};
    const auto gradients = product_gradients(conv.name, source, output);
    ConvolutionOperation::Plans plans{plan(problem)};
    problem.relu = false;
    if (gradients.source) plans.backward_data = plan(problem, Pass::backward_data);
    if (gradients.weights) plans.backward_filter = plan(problem, Pass::backward_filter);
    step_.operations.push_back(std::make_unique<ConvolutionOperation>(
        learned(conv.name), source, output, gradients, std::move(plans)));
  }

  ConvolutionPlan plan(ConvolutionProblem problem, Pass pass = Pass::forward) const {
    problem.pass = pass;
    return {cudnn_, problem, choices_.workspace};
  }

  void add(const FullyConnected& fc) {
    const bool last = at_ == end_ - 1;
    const Map source = map_;
    Map output = next_map(fc.outputs, 1, 1);
    if (last) {
      step_.blobs[output.blob].bytes =
          static_cast<std::size_t>(output.shape.elements()) * sizeof(float);
    }
    ProductProblem problem{.precision = choices_.precision,
                           .rows = slots_,
                           .inputs = source.shape.elements() / slots_,
                           .outputs = output.shape.channels,
                           .relu = is<Relu>(at_ + 1),
                           .deterministic = choices_.deterministic};
    const auto gradients = product_gradients(fc.name, source, output);
    FullyConnectedOperation::Plans plans{
        product(problem, last ? ProductKind::forward_scores : ProductKind::forward)};
    if (gradients.source) plans.backward_data = product(problem, ProductKind::backward_data);
    if (gradients.weights) {
      plans.backward_filter = product(problem, ProductKind::backward_filter);
      problem.add = true;
      plans.backward_filter_more = product(problem, ProductKind::backward_filter);
    }
    step_.operations.push_back(std::make_unique<FullyConnectedOperation>(
        learned(fc.name), source, output, last, gradients, std::move(plans)));
  }

  static Product product(ProductProblem problem, ProductKind kind) {
    problem.kind = kind;
    return Product(problem);
  }

  [[nodiscard]] LearnedLayer learned(const std::string& name) const {
    return {&layout_.at(name, false), &layout_.at(name, true)};
  }

  // Of the convolution or fully connected layer at hand; moves on to its output.
  ProductGradients product_gradients(const std::string& name, const Map& source,
                                     const Map& output) {
    const bool learning = learns(name);
    use(source.blob, forward_moment());
    ProductGradients gradients{.source = gradient_};
    if (gradient_) use(*gradient_, backward_moment());
    if (learning) use(source.blob, backward_moment());
    const bool wanted = learning || gradient_;
    go_on_with(output, wanted);
    if (!wanted) return gradients;
    gradients.output = *gradient_;
    gradients.mask_relu = is<Relu>(at_ + 1) && !masked_behind();
    if (gradients.mask_relu) use(output.blob, backward_moment());
    if (learning) add_scratch(gradients, name, output);
    return gradients;
  }

  void add_scratch(ProductGradients& gradients, const std::string& name, const Map& output) {
    const int channels = output.shape.channels;
    gradients.sums = blob(column_sums_scratch_bytes(output.shape.elements() / channels, channels),
                          backward_moment());
    if (is<FullyConnected>(at_)) return;
    const auto elements = static_cast<std::size_t>(layout_.at(name, false).elements());
    gradients.weights = blob(elements * element_bytes(choices_.precision), backward_moment());
  }

  void add(const Relu& /*relu*/) {
    if (at_ > 0 && is_product(layer(at_ - 1))) return;
    use(map_.blob, forward_moment());
    use_in_place();
    step_.operations.push_back(std::make_unique<ReluOperation>(name(), map_, gradient_));
  }

  void add(const Dropout& dropout) {
    const DropoutLayer key{stream_key(seed_, "dropout#" + std::to_string(dropouts_++)),
                           dropout.probability};
    use(map_.blob, forward_moment());
    use_in_place();
    step_.operations.push_back(
        std::make_unique<DropoutOperation>(name(), map_, key, after_fused_relu(), gradient_));
  }

  // The gradient is masked where it lies, by the sign of the output.
  void use_in_place() {
    if (!gradient_) return;
    use(*gradient_, backward_moment());
    use(map_.blob, backward_moment());
  }

  void add(const MaxPool& pool) {
    if (pool.window > kMostPooledWindow) {
      throw Error(Origin::engine, name() + " pools windows of " + std::to_string(pool.window) +
                                      "; the cudnn engine pools up to " +
                                      std::to_string(kMostPooledWindow));
    }
    const Map source = map_;
    const Map output = next_map(source.channels, source.shape.height / pool.window,
                                source.shape.width / pool.window);
    use(source.blob, forward_moment());
    MaxPoolOperation::Blobs blobs{.source_gradient = gradient_, .mask_relu = after_fused_relu()};
    const bool wanted = gradient_.has_value();
    if (wanted) {
      use(*gradient_, backward_moment());
      blobs.places = blob(static_cast<std::size_t>(output.shape.elements()), forward_moment());
      use(*blobs.places, backward_moment());
      if (blobs.mask_relu) use(output.blob, backward_moment());
    }
    go_on_with(output, wanted);
    blobs.gradient = gradient_;
    step_.operations.push_back(
        std::make_unique<MaxPoolOperation>(name(), source, output, pool.window, blobs));
  }

  void add(const Lrn& lrn) {
    const Map source = map_;
    const Map output = next_map(source.channels, source.shape.height, source.shape.width);
    use(source.blob, forward_moment());
    const auto source_gradient = gradient_;
    if (source_gradient) {
      use(*source_gradient, backward_moment());
      use(source.blob, backward_moment());
    }
    go_on_with(output, source_gradient.has_value());
    step_.operations.push_back(
        std::make_unique<LrnOperation>(name(), source, output, lrn, gradient_, source_gradient));
  }

  // The loss.
  void finish() {
    step_.logits = map_;
    use(map_.blob, end_);
    if (!gradient_) gradient_ = blob(bytes(map_.shape), end_);
    use(*gradient_, end_);
    step_.logits_gradient = *gradient_;
    step_.slot_sums = blob(static_cast<std::size_t>(slots_) * sizeof(DeviceSums), end_);
  }

  [[nodiscard]] const std::string& name() const { return names_[static_cast<std::size_t>(at_)]; }

  const Cudnn& cudnn_;
  const Net& net_;
  std::vector<std::string> names_;
  int slots_;
  std::uint64_t seed_;
  const ParameterLayout& layout_;
  const std::map<std::string, double>& rates_;
  const ComputeChoices& choices_;
  int end_;
  int at_ = 0;
  int dropouts_ = 0;
  Map map_;
  std::optional<BlobId> gradient_;  // of map_, if anything before wants it
  BuiltStep step_;
};

}  // namespace

BuiltStep build_step(const Cudnn& cudnn, const Net& net, int slots, std::uint64_t seed,
                     const ParameterLayout& layout, const std::map<std::string, double>& rates,
                     const ComputeChoices& choices) {
  return StepBuilder(cudnn, net, slots, seed, layout, rates, choices).build();
}

}  // namespace vggflow::cudnn
