#include "experiments/spec/explain.h"

#include <algorithm>
#include <sstream>

#include "base/error.h"
#include "experiments/spec/net_table.h"
#include "experiments/spec/stage_effects.h"

namespace vggflow {
namespace {

/// One box of the graph and what is to be said of it.
struct Node {
  std::string what;
  std::string note;
};

/// A column of boxes, one a line, arrows between them.
void draw(std::ostream& out, const std::vector<Node>& nodes) {
  std::size_t width = 0;
  for (const Node& node : nodes) width = std::max(width, node.what.size());
  bool first = true;
  for (const Node& node : nodes) {
    out << (first ? "     " : "  -> ") << node.what
        << std::string(width - node.what.size() + 2, ' ') << node.note << "\n";
    first = false;
  }
}

std::string counted(int workers, const std::string& what) {
  return (workers == 0 ? "as many " + what + "s as the machine has"
                       : std::to_string(workers) + " " + what + (workers == 1 ? "" : "s"));
}

std::string note_on(const PlacedStage& placed, const StageEffect& effect) {
  if (placed.role() == Role::decode) return "reads the header; no pixels yet";
  if (effect.renders) return "renders early: pixels are made here";
  if (effect.recolours) return "deferred: joins the colour map of the sample";
  return "deferred to render";
}

std::vector<Node> stage_nodes(const StageList& stages, const std::string& profile) {
  const std::vector<StageEffect> effects = stage_effects(stages, profile);
  std::vector<Node> nodes;
  for (std::size_t i = 0; i < stages.size(); ++i) {
    nodes.push_back({stages[i].summary, note_on(stages[i], effects[i])});
  }
  return nodes;
}

/// "(64, 224, 224, 3) u8 RGB".
std::string batch_text(int slots, const std::string& height_width) {
  std::string text = "(";
  text += std::to_string(slots) + ", " + height_width;
  return text + ", 3) u8 RGB, a 3x4 colour map for each image";
}

const Node kRead{"read", "the file's bytes"};
const Node kRender{"render",
                   "one decode of the window that is left, one resample, into the batch's slot"};

void draw_training(std::ostream& out, const Spec& spec, int batch) {
  std::vector<Node> nodes{kRead};
  for (Node& node : stage_nodes(spec.stages, spec.preprocessing.profile)) {
    nodes.push_back(std::move(node));
  }
  const Extent made = extent_of(spec.stages);
  const std::string sides =
      made.fixed ? std::to_string(made.fixed->height) + ", " + std::to_string(made.fixed->width)
                 : "H, W";
  nodes.push_back(kRender);
  nodes.push_back({"batch", batch_text(batch, sides)});
  if (spec.train) {
    nodes.push_back({"engine " + spec.compute.engine,
                     "applies the colour map to its input; forward, backward, SGD"});
  }
  draw(out, nodes);
}

std::string view_text(const View& view) {
  std::string text = "Q " + std::to_string(view.short_side);
  text += view.kind == View::Kind::whole ? " whole"
                                         : " centre " + to_string(Size{view.crop, view.crop});
  return text + (view.mirror ? " mirrored" : "");
}

void draw_evaluation(std::ostream& out, const Spec& spec, const EvaluationSpec& evaluation) {
  const StageList stages = scoring_stages(spec.stages);
  const std::vector<View> views = evaluation.all_views(spec.net.input.short_side());
  std::vector<std::string> texts;
  for (const View& view : views) texts.push_back(view_text(view));
  const bool dense = evaluation.views == "dense";

  std::vector<Node> nodes{kRead};
  for (Node& node : stage_nodes(stages, spec.preprocessing.profile)) {
    nodes.push_back(std::move(node));
    if (nodes.size() > 2) continue;  // the views come right after decode
    nodes.push_back({std::to_string(views.size()) + (views.size() == 1 ? " view" : " views"),
                     "deferred to render: " + joined(texts, ", ")});
  }
  nodes.push_back(kRender);
  const std::string crop = std::to_string(spec.net.input.short_side());
  nodes.push_back({"batch", batch_text(evaluation.batch, dense ? "H, W" : crop + ", " + crop) +
                                (dense ? "; pictures of one size together" : "")});
  const std::string mean = evaluation.aggregate == Aggregate::scores
                               ? "mean of the class scores over space, then softmax"
                               : "softmax, then mean of the posteriors over space";
  nodes.push_back({"engine " + spec.compute.engine,
                   "applies the colour map to its input; " + (dense ? mean : "softmax")});
  nodes.push_back({"scores", "posteriors averaged over the views of an image"});
  draw(out, nodes);
}

}  // namespace

std::string explain(const Spec& spec) {
  constexpr int kBenchBatch = 64;  // pipelines without training are only ever measured
  std::ostringstream out;
  out << "# the spec, resolved\n" << to_yaml(spec.resolved) << "\n";
  if (!spec.net.layers.empty()) out << net_table(spec.net) << "\n";
  out << "# the flow: a graph node each, run by " << counted(spec.feed.workers, "worker") << ", "
      << spec.feed.prefetch << " batches ahead; the engine on "
      << counted(spec.compute.threads, "thread") << "\n";
  out << "training:\n";
  draw_training(out, spec, spec.train ? spec.train->batch : kBenchBatch);
  for (const EvaluationSpec& evaluation : spec.evaluations) {
    out << "evaluation " << evaluation.name << ":\n";
    draw_evaluation(out, spec, evaluation);
  }
  return out.str();
}

}  // namespace vggflow
