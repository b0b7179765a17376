#include "experiments/spec/explain.h"

#include <algorithm>
#include <sstream>

#include "base/error.h"
#include "experiments/spec/flow_nodes.h"
#include "experiments/spec/net_table.h"

namespace vggflow {
namespace {

/// A column of boxes, one a line, arrows between them.
void draw(std::ostream& out, const std::vector<FlowNode>& nodes) {
  std::size_t width = 0;
  for (const FlowNode& node : nodes) width = std::max(width, node.title.size());
  bool first = true;
  for (const FlowNode& node : nodes) {
    out << (first ? "     " : "  -> ") << node.title
        << std::string(width - node.title.size() + 2, ' ') << node.note << "\n";
    first = false;
  }
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

  std::vector<FlowNode> nodes{read_node()};
  for (FlowNode& node : stage_nodes(stages, spec.preprocessing.profile)) {
    nodes.push_back(std::move(node));
    if (nodes.size() > 2) continue;  // the views come right after decode
    nodes.push_back(
        {.title = std::to_string(views.size()) + (views.size() == 1 ? " view" : " views"),
         .note = "deferred to render: " + joined(texts, ", ")});
  }
  nodes.push_back(render_node());
  const std::string crop = std::to_string(spec.net.input.short_side());
  nodes.push_back({.title = "batch",
                   .note = batch_text(evaluation.batch, dense ? "H, W" : crop + ", " + crop) +
                           (dense ? "; pictures of one size together" : "")});
  const std::string mean = evaluation.aggregate == Aggregate::scores
                               ? "mean of the class scores over space, then softmax"
                               : "softmax, then mean of the posteriors over space";
  nodes.push_back({.title = "engine " + spec.compute.engine,
                   .note = "applies the colour map to its input; " + (dense ? mean : "softmax")});
  nodes.push_back({.title = "scores", .note = "posteriors averaged over the views of an image"});
  draw(out, nodes);
}

}  // namespace

std::string explain(const Spec& spec) {
  std::ostringstream out;
  out << "# the spec, resolved\n" << to_yaml(spec.resolved) << "\n";
  if (!spec.net.layers.empty()) out << net_table(spec.net) << "\n";
  out << "# the flow: a graph node each, run by " << counted(spec.feed.workers, "worker") << ", "
      << spec.feed.prefetch << " batches ahead; the engine on "
      << counted(spec.compute.threads, "thread") << "\n";
  out << "training:\n";
  draw(out, training_nodes(spec));
  for (const EvaluationSpec& evaluation : spec.evaluations) {
    out << "evaluation " << evaluation.name << ":\n";
    draw_evaluation(out, spec, evaluation);
  }
  return out.str();
}

}  // namespace vggflow
