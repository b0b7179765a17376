#include "experiments/spec/flow_nodes.h"

#include <map>
#include <sstream>

#include "base/error.h"
#include "experiments/spec/stage_effects.h"
#include "nets/engine.h"

namespace vggflow {
namespace {

constexpr int kBenchBatch = 64;  // pipelines without training are only ever measured

FlowNode stage_node(const PlacedStage& placed, const StageEffect& effect) {
  FlowNode node{.name = placed.stream, .title = placed.summary, .note = "deferred to render"};
  if (placed.role() == Role::decode) {
    node.note = "reads the header; no pixels yet";
  } else if (effect.renders) {
    node.note = "renders early: pixels are made here";
  } else {
    node.deferred = true;
    if (effect.recolours) node.note = "deferred: joins the colour map of the sample";
  }
  return node;
}

/// "; frozen: conv1_1, conv2_1; 10 times the rate: fc8"
std::string multiplier_text(const TrainSpec& train) {
  std::map<double, std::vector<std::string>> layers;
  for (const auto& [layer, multiplier] : train.multipliers) layers[multiplier].push_back(layer);
  std::ostringstream text;
  for (const auto& [multiplier, names] : layers) {
    if (multiplier == 1) continue;
    text << "; ";
    if (multiplier == 0) text << "frozen: ";
    if (multiplier != 0) text << multiplier << " times the rate: ";
    text << joined(names, ", ");
  }
  return text.str();
}

/// An engine on the card, or perhaps on the card.
bool may_upload(const std::string& engine) {
  return engine == "cudnn" ||
         (engine == "auto" && EngineRegistry::instance().find("cudnn") != nullptr);
}

std::string engine_text(const TrainSpec& train) {
  std::string text = "applies the colour map to its input; forward, backward";
  if (train.accumulate > 1) {
    text += " of " + std::to_string(train.accumulate) + " parts of " +
            std::to_string(train.batch / train.accumulate) + " images, one after the other";
  }
  return text + ", SGD" + multiplier_text(train);
}

}  // namespace

std::string counted(int workers, const std::string& what) {
  return (workers == 0 ? "as many " + what + "s as the machine has"
                       : std::to_string(workers) + " " + what + (workers == 1 ? "" : "s"));
}

std::string batch_text(int slots, const std::string& height_width) {
  std::string text = "(";
  text += std::to_string(slots) + ", " + height_width;
  return text + ", 3) u8 RGB, a 3x4 colour map for each image";
}

FlowNode read_node() { return {.name = "read", .title = "read", .note = "the file's bytes"}; }

FlowNode render_node() {
  return {.name = "render",
          .title = "render",
          .note = "one decode of the window that is left, one resample, into the batch's slot"};
}

std::vector<FlowNode> stage_nodes(const StageList& stages, const std::string& profile) {
  const std::vector<StageEffect> effects = stage_effects(stages, profile);
  std::vector<FlowNode> nodes;
  for (std::size_t i = 0; i < stages.size(); ++i) {
    nodes.push_back(stage_node(stages[i], effects[i]));
  }
  return nodes;
}

std::vector<FlowNode> training_nodes(const Spec& spec) {
  std::vector<FlowNode> nodes{read_node()};
  for (FlowNode& node : stage_nodes(spec.stages, spec.preprocessing.profile)) {
    nodes.push_back(std::move(node));
  }
  const Extent made = extent_of(spec.stages);
  const std::string sides =
      made.fixed ? std::to_string(made.fixed->height) + ", " + std::to_string(made.fixed->width)
                 : "H, W";
  nodes.push_back(render_node());
  nodes.push_back(
      {.title = "batch", .note = batch_text(spec.train ? spec.train->batch : kBenchBatch, sides)});
  if (spec.train && may_upload(spec.compute.engine)) {
    nodes.push_back({.title = "upload",
                     .note = "batches go to the card, if the engine is there, beside all else"});
  }
  if (spec.train) {
    nodes.push_back({.title = "engine " + spec.compute.engine, .note = engine_text(*spec.train)});
  }
  return nodes;
}

}  // namespace vggflow
