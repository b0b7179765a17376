#include "nets/engine.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <deque>
#include <limits>

#include "base/error.h"
#include "nets/rate_multipliers.h"
#include "nets/reference/network.h"

namespace vggflow::reference {
namespace {

[[noreturn]] void fail(const std::string& message) {
  throw Error(Origin::engine, "reference: " + message);
}

/// Slot n as (3, H, W), its colour map applied.
Map input_of(const Batch& batch, int n) {
  Map in({kChannels, batch.shape.image.height, batch.shape.image.width});
  const ConstImageView pixels = batch.slot(n);
  const ColourAffine& colour = batch.colour[static_cast<std::size_t>(n)];
  for (int y = 0; y < in.shape.height; ++y) {
    for (int x = 0; x < in.shape.width; ++x) {
      const std::uint8_t* rgb = pixels.at(x, y);
      for (int c = 0; c < kChannels; ++c) {
        in.at(c, y, x) = colour.channel(c, rgb[0], rgb[1], rgb[2]);
      }
    }
  }
  return in;
}

/// How many classes come before the label when sorted by score; ties go to the lower index. A score
/// that is no number never comes behind: a net that has diverged is wrong.
int rank_of(const Values& scores, std::size_t label) {
  int rank = 0;
  for (std::size_t c = 0; c < scores.size(); ++c) {
    if (c < label && !(scores[c] < scores[label])) ++rank;
    if (c > label && !(scores[c] <= scores[label])) ++rank;
  }
  return rank;
}

/// Posteriors of a class-score map: averaged over space before or after the softmax.
Values posteriors_of(const Map& map, Aggregate aggregate) {
  const auto classes = static_cast<std::size_t>(map.shape.channels);
  Values mean(classes, 0.0);
  const double share = 1.0 / (map.shape.height * map.shape.width);
  for (int y = 0; y < map.shape.height; ++y) {
    for (int x = 0; x < map.shape.width; ++x) {
      Values here;
      for (int c = 0; c < map.shape.channels; ++c) here.push_back(map.at(c, y, x));
      if (aggregate == Aggregate::posteriors) here = softmax(here);
      for (std::size_t c = 0; c < classes; ++c) mean[c] += share * here[c];
    }
  }
  return aggregate == Aggregate::scores ? softmax(mean) : mean;
}

/// Multipliers of the learning rate in the order of parameter_shapes().
Values rates_of(const Net& net, const EngineOptions& options) {
  const auto of_layer = rate_multipliers(net, options.rate_multipliers);
  Values rates;
  for (const ParameterShape& shape : parameter_shapes(net)) {
    rates.push_back(of_layer.at(shape.layer));
  }
  return rates;
}

class ReferenceEngine final : public Engine {
 public:
  ReferenceEngine(const Net& net, const EngineOptions& options)
      : net_(net),
        options_(options),
        network_(net),
        classes_(classes(net)),
        rates_(rates_of(net, options)),
        weights_(doubles(zero_parameters(net))),
        momenta_(weights_),
        gradients_(weights_) {}

  void load(const Parameters& parameters) override { weights_ = doubles(parameters); }
  [[nodiscard]] Parameters parameters() const override { return floats(weights_); }
  [[nodiscard]] State state() const override { return {floats(momenta_)}; }
  void restore(const State& state) override;
  [[nodiscard]] Parameters gradients() const override { return floats(gradients_); }
  [[nodiscard]] std::string description() const override { return "reference, 1 thread"; }

  void accumulate(const Batch& batch, const Step& step) override;
  void update(const Rates& rates) override;
  [[nodiscard]] std::optional<StepResult> poll() override;
  void score(const Batch& batch, Scores& scores) override;

 private:
  [[nodiscard]] Tensors doubles(const Parameters& parameters) const;
  [[nodiscard]] Parameters floats(const Tensors& tensors) const;
  void check_training(const Batch& batch, const Step& step) const;
  void accumulate_sample(const Batch& batch, int n, const Step& step);
  void sum_over_processes();

  Net net_;
  EngineOptions options_;
  Network network_;
  int classes_;
  Values rates_;  ///< multiplier of each tensor
  Tensors weights_;
  Tensors momenta_;
  Tensors gradients_;
  StepResult current_;  ///< of the iteration that accumulates
  std::deque<StepResult> finished_;
};

Tensors ReferenceEngine::doubles(const Parameters& parameters) const {
  check_parameters(parameters, net_, {});
  Tensors tensors;
  for (const ParameterShape& shape : parameter_shapes(net_)) {
    const std::vector<float>& values = parameters.find(shape.name())->values;
    tensors.emplace_back(values.begin(), values.end());
  }
  return tensors;
}

Parameters ReferenceEngine::floats(const Tensors& tensors) const {
  Parameters parameters = zero_parameters(net_);
  for (std::size_t i = 0; i < tensors.size(); ++i) {
    std::transform(tensors[i].begin(), tensors[i].end(), parameters.tensors[i].values.begin(),
                   [](double v) { return static_cast<float>(v); });
  }
  return parameters;
}

/// A frozen layer has no momentum.
void ReferenceEngine::restore(const State& state) {
  momenta_ = doubles(state.momenta);
  for (std::size_t i = 0; i < momenta_.size(); ++i) {
    if (rates_[i] == 0) std::fill(momenta_[i].begin(), momenta_[i].end(), 0.0);
  }
}

void ReferenceEngine::check_training(const Batch& batch, const Step& step) const {
  const BatchShape wanted{options_.batch, net_.input};
  if (batch.shape != wanted) {
    fail("a training batch of " + std::to_string(batch.shape.slots) + " pictures of " +
         to_string(batch.shape.image) + " px; compiled for " + std::to_string(wanted.slots) +
         " of " + to_string(wanted.image));
  }
  for (std::size_t n = 0; n < batch.labels.size(); ++n) {
    if (batch.weights[n] == 0) continue;
    if (batch.labels[n] < 0 || batch.labels[n] >= classes_) {
      fail("label " + std::to_string(batch.labels[n]) + " of image " +
           std::to_string(batch.ids[n]) + "; allowed: from 0 to " + std::to_string(classes_ - 1));
    }
    if (!(step.weight_sum > 0)) fail("the weights of a batch sum to nothing");
  }
}

void ReferenceEngine::accumulate_sample(const Batch& batch, int n, const Step& step) {
  const auto slot = static_cast<std::size_t>(n);
  const int label = batch.labels[slot];
  const double weight = batch.weights[slot];
  const DropoutSource dropout{options_.seed, step.iteration, step.first_position + slot};

  const Network::Trace trace = network_.forward(weights_, input_of(batch, n), dropout);
  const Values& scores = trace.back().values;
  const int rank = rank_of(scores, static_cast<std::size_t>(label));
  current_.loss += weight / step.weight_sum * softmax_loss(scores, label);
  current_.top1_errors += rank >= 1 ? weight : 0;
  current_.top5_errors += rank >= 5 ? weight : 0;
  current_.weight_sum += weight;

  Map gradient(trace.back().shape);
  gradient.values = softmax_loss_gradient(scores, label, weight / step.weight_sum);
  network_.backward(weights_, trace, std::move(gradient), dropout, gradients_);
  for (std::size_t i = 0; i < gradients_.size(); ++i) {
    if (rates_[i] == 0) std::fill(gradients_[i].begin(), gradients_[i].end(), 0.0);
  }
}

void ReferenceEngine::accumulate(const Batch& batch, const Step& step) {
  check_training(batch, step);
  current_.iteration = step.iteration;
  for (int n = 0; n < batch.shape.slots; ++n) {
    // A failed slot is no part of the batch: no loss, no gradient, not even a NaN.
    if (batch.weights[static_cast<std::size_t>(n)] != 0) accumulate_sample(batch, n, step);
  }
}

void ReferenceEngine::sum_over_processes() {
  for (Values& gradient : gradients_) options_.communicator->sum(gradient);
  std::array<double, 4> figures{current_.loss, current_.top1_errors, current_.top5_errors,
                                current_.weight_sum};
  options_.communicator->sum(figures);
  current_ = {current_.iteration, figures[0], figures[1], figures[2], figures[3]};
}

void ReferenceEngine::update(const Rates& rates) {
  sum_over_processes();
  bool finite = std::isfinite(current_.loss);
  for (std::size_t i = 0; i < weights_.size(); ++i) {
    if (rates_[i] == 0) continue;
    for (std::size_t j = 0; j < weights_[i].size(); ++j) {
      double& w = weights_[i][j];
      double& v = momenta_[i][j];
      // What lives longer than a step is rounded to the f32 that checkpoints keep: a resumed run
      // goes on from the very same numbers.
      v = static_cast<float>(rates.momentum * v -
                             rates_[i] * rates.rate * (gradients_[i][j] + rates.decay * w));
      w = static_cast<float>(w + v);
      finite = finite && std::isfinite(w);
    }
    std::fill(gradients_[i].begin(), gradients_[i].end(), 0.0);
  }
  if (!finite) current_.loss = std::numeric_limits<double>::quiet_NaN();
  finished_.push_back(current_);
  current_ = {};
}

std::optional<StepResult> ReferenceEngine::poll() {
  if (finished_.empty()) return std::nullopt;
  const StepResult oldest = finished_.front();
  finished_.pop_front();
  return oldest;
}

void ReferenceEngine::score(const Batch& batch, Scores& scores) {
  const int least = least_input_side(net_);
  if (batch.shape.image.short_side() < least && batch.shape.image != net_.input) {
    fail("pictures of " + to_string(batch.shape.image) + " px; allowed: sides of at least " +
         std::to_string(least) + " px");
  }
  scores.slots = batch.shape.slots;
  scores.classes = classes_;
  scores.values.clear();
  for (int n = 0; n < batch.shape.slots; ++n) {
    const Map map = network_.score(weights_, input_of(batch, n));
    const Values posteriors = posteriors_of(map, options_.aggregate);
    scores.values.insert(scores.values.end(), posteriors.begin(), posteriors.end());
  }
}

const EngineRegistration kRegistered{
    {"reference", "plain loops in double on one thread: slow, readable, what others are tested by",
     [](const Net& net, const EngineOptions& options) -> std::unique_ptr<Engine> {
       return std::make_unique<ReferenceEngine>(net, options);
     }}};

}  // namespace
}  // namespace vggflow::reference
