#include <utility>

#include "base/image.h"
#include "nets/cudnn/precision.h"
#include "nets/cudnn/scoring_plan.h"

namespace vggflow::cudnn {
namespace {

/// Walks through the layers on the shape at hand.
class ScoringBuilder {
 public:
  ScoringBuilder(const Cudnn& cudnn, const Net& net, const BatchShape& shape,
                 const ParameterLayout& layout, const ComputeChoices& choices)
      : cudnn_(cudnn),
        net_(net),
        names_(layer_names(net)),
        slots_(shape.slots),
        layout_(layout),
        choices_(choices) {
    map_ = next_map(kChannels, shape.image.height, shape.image.width);
    built_.input = map_;
  }

  BuiltScoring build() {
    for (at_ = 0; at_ < net_.layers.size(); ++at_) {
      std::visit([this](const auto& layer) { add(layer); }, net_.layers[at_]);
    }
    built_.scores = map_;
    use(map_);
    const auto posteriors =
        static_cast<std::size_t>(slots_) * static_cast<std::size_t>(map_.channels) * sizeof(float);
    built_.posteriors = blob(posteriors);
    return std::move(built_);
  }

 private:
  [[nodiscard]] int moment() const { return static_cast<int>(at_); }
  BlobId blob(std::size_t bytes) {
    built_.blobs.push_back({bytes, moment(), moment()});
    return built_.blobs.size() - 1;
  }
  void use(const Map& map) { built_.blobs[map.blob].use(moment()); }
  Map next_map(int channels, int height, int width, std::size_t element) {
    const MapShape shape{slots_, height, width, padded(channels)};
    return {blob(static_cast<std::size_t>(shape.elements()) * element), shape, channels};
  }
  Map next_map(int channels, int height, int width) {
    return next_map(channels, height, width, element_bytes(choices_.precision));
  }
  [[nodiscard]] bool relu_behind() const {
    return at_ + 1 < net_.layers.size() && std::holds_alternative<Relu>(net_.layers[at_ + 1]);
  }
  [[nodiscard]] LearnedLayer learned(const std::string& name) const {
    return {&layout_.at(name, false), &layout_.at(name, true)};
  }

  void add(const Convolution& conv) {
    convolve(conv.name, {conv.kernel, conv.kernel}, conv.outputs, true);
  }

  void add(const FullyConnected& fc) {
    const DeviceTensor& weight = layout_.at(fc.name, false);
    const bool last = at_ + 1 == net_.layers.size();
    const bool one_position = weight.height == 1 && weight.width == 1;
    const bool whole = weight.height == map_.shape.height && weight.width == map_.shape.width;
    if (one_position || whole) return multiply(fc, one_position, last);
    convolve(fc.name, {weight.width, weight.height}, fc.outputs, false);
    if (last) widen();
  }

  void convolve(const std::string& name, Size kernel, int outputs, bool same) {
    const Map source = map_;
    const ConvolutionProblem problem{.precision = choices_.precision,
                                     .slots = slots_,
                                     .height = source.shape.height,
                                     .width = source.shape.width,
                                     .inputs = source.shape.channels,
                                     .outputs = padded(outputs),
                                     .kernel_height = kernel.height,
                                     .kernel_width = kernel.width,
                                     .same = same,
                                     .relu = relu_behind(),
                                     .deterministic = choices_.deterministic};
    use(source);
    map_ = next_map(outputs, problem.output_height(), problem.output_width());
    ConvolutionOperation::Plans plans{ConvolutionPlan(cudnn_, problem, choices_.workspace)};
    built_.operations.push_back(std::make_unique<ConvolutionOperation>(
        learned(name), source, map_, ProductGradients{}, std::move(plans)));
  }

  // Over every position of a map of vectors, or over whole maps.
  void multiply(const FullyConnected& fc, bool every_position, bool last) {
    const Map source = map_;
    const int height = every_position ? source.shape.height : 1;
    const int width = every_position ? source.shape.width : 1;
    const std::int64_t rows = std::int64_t{slots_} * height * width;
    use(source);
    map_ = last ? next_map(fc.outputs, height, width, sizeof(float))
                : next_map(fc.outputs, height, width);
    const ProductProblem problem{.kind = last ? ProductKind::forward_scores : ProductKind::forward,
                                 .precision = choices_.precision,
                                 .rows = rows,
                                 .inputs = source.shape.elements() / rows,
                                 .outputs = map_.shape.channels,
                                 .relu = relu_behind(),
                                 .deterministic = choices_.deterministic};
    built_.operations.push_back(std::make_unique<FullyConnectedOperation>(
        learned(fc.name), source, map_, last, ProductGradients{},
        FullyConnectedOperation::Plans{Product(problem)}));
  }

  void widen() {
    const Map source = map_;
    map_ = next_map(source.channels, source.shape.height, source.shape.width, sizeof(float));
    built_.operations.push_back(std::make_unique<WideningOperation>("scores", source, map_));
  }

  void add(const Relu& /*relu*/) {
    if (at_ > 0 && is_product(net_.layers[at_ - 1])) return;
    use(map_);
    built_.operations.push_back(std::make_unique<ReluOperation>(names_[at_], map_, std::nullopt));
  }

  void add(const MaxPool& pool) {
    const Map source = map_;
    use(source);
    map_ = next_map(source.channels, source.shape.height / pool.window,
                    source.shape.width / pool.window);
    built_.operations.push_back(std::make_unique<MaxPoolOperation>(
        names_[at_], source, map_, pool.window, MaxPoolOperation::Blobs{}));
  }

  void add(const Lrn& lrn) {
    const Map source = map_;
    use(source);
    map_ = next_map(source.channels, source.shape.height, source.shape.width);
    built_.operations.push_back(
        std::make_unique<LrnOperation>(names_[at_], source, map_, lrn, std::nullopt, std::nullopt));
  }

  void add(const Dropout& /*dropout*/) {}

  const Cudnn& cudnn_;
  const Net& net_;
  std::vector<std::string> names_;
  int slots_;
  const ParameterLayout& layout_;
  const ComputeChoices& choices_;
  std::size_t at_ = 0;
  Map map_;
  BuiltScoring built_;
};

}  // namespace

BuiltScoring build_scoring(const Cudnn& cudnn, const Net& net, const BatchShape& shape,
                           const ParameterLayout& layout, const ComputeChoices& choices) {
  return ScoringBuilder(cudnn, net, shape, layout, choices).build();
}

}  // namespace vggflow::cudnn
