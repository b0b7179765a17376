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

/// "Q 64, 96: 5x5 crops of 56x56, each mirrored too".
std::string views_text(const EvaluationSpec& evaluation, int crop) {
  const ViewsSpec& views = evaluation.views;
  std::vector<std::string> scales;
  for (const int scale : evaluation.scales) scales.push_back(std::to_string(scale));
  const std::string grid = std::to_string(views.grid);
  const std::string size = to_string(Size{crop, crop});
  std::string what = "whole";
  if (views.kind == ViewsSpec::Kind::center) what = "centre " + size;
  if (views.kind == ViewsSpec::Kind::grid) what = grid + "x" + grid + " crops of " + size;
  if (views.kind == ViewsSpec::Kind::ten_crop) what = "corners and centre " + size;
  return "Q " + joined(scales, ", ") + ": " + what + (views.mirror ? ", and mirrored" : "");
}

void draw_combination(std::ostream& out, const EvaluationSpec& evaluation) {
  draw(out,
       {{.title = "scores",
         .note = "posteriors averaged over the evaluations " + joined(evaluation.combine, ", ")}});
}

void draw_evaluation(std::ostream& out, const Spec& spec, const EvaluationSpec& evaluation) {
  const StageList stages = scoring_stages(spec.stages);
  const std::vector<View> views = evaluation.all_views(spec.net.input.short_side());
  const bool dense = evaluation.views.kind == ViewsSpec::Kind::dense;

  std::vector<FlowNode> nodes{read_node()};
  for (FlowNode& node : stage_nodes(stages, spec.preprocessing.profile)) {
    nodes.push_back(std::move(node));
    if (nodes.size() > 2) continue;  // the views come right after decode
    nodes.push_back(
        {.title = std::to_string(views.size()) + (views.size() == 1 ? " view" : " views"),
         .note = "deferred to render: " + views_text(evaluation, spec.net.input.short_side())});
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
    if (evaluation.combine.empty()) {
      draw_evaluation(out, spec, evaluation);
    } else {
      draw_combination(out, evaluation);
    }
  }
  return out.str();
}

}  // namespace vggflow
