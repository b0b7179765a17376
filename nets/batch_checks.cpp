#include "nets/batch_checks.h"

#include "base/error.h"

namespace vggflow {
namespace {

std::string text(const BatchShape& shape) {
  return std::to_string(shape.slots) + " slots of " + to_string(shape.image) + " px";
}

void check_label(int label, int slot, int classes) {
  if (label >= 0 && label < classes) return;
  throw Error(Origin::engine, "label " + std::to_string(label) + " in slot " +
                                  std::to_string(slot) + "; allowed: 0 to " +
                                  std::to_string(classes - 1));
}

}  // namespace

void check_trains(const EngineOptions& options) {
  if (options.batch > 0) return;
  throw Error(Origin::engine, "this engine was made to score: EngineOptions::batch is 0");
}

void check_training_batch(const Net& net, const EngineOptions& options, const Batch& batch,
                          const Step& step) {
  check_trains(options);
  const BatchShape wanted{options.batch, net.input};
  if (!(batch.shape == wanted)) {
    throw Error(Origin::engine, "a training batch of " + text(batch.shape) + "; net '" + net.name +
                                    "' was compiled for " + text(wanted));
  }
  // classes() walks through the net and allocates, in every step.
  const int all = std::get<FullyConnected>(net.layers.back()).outputs;
  for (int n = 0; n < options.batch; ++n) {
    const auto slot = static_cast<std::size_t>(n);
    if (batch.weights[slot] == 0) continue;
    if (!(step.weight_sum > 0)) {
      throw Error(Origin::engine, "the weights of a batch sum to nothing");
    }
    check_label(batch.labels[slot], n, all);
  }
}

void check_scoring_batch(const Net& net, const Batch& batch) {
  const int least = least_input_side(net);
  const bool large = batch.shape.image.short_side() >= least || batch.shape.image == net.input;
  if (batch.shape.slots >= 1 && large) return;
  throw Error(Origin::engine, "cannot score " + text(batch.shape) + " with net '" + net.name +
                                  "'; allowed: sides of at least " + std::to_string(least) + " px");
}

}  // namespace vggflow
