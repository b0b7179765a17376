#include <algorithm>

#include "experiments/spec/sections.h"

namespace vggflow {
namespace {

void check_scales(const Params& section, const EvaluationSpec& evaluation, const Net& net) {
  const bool dense = evaluation.views == "dense";
  const int least = dense ? least_input_side(net) : net.input.short_side();
  for (const int scale : evaluation.scales) {
    if (scale >= least) continue;
    section.fail("scales", "Q is " + std::to_string(scale) + "; allowed with views " +
                               evaluation.views + ": at least " + std::to_string(least) +
                               (dense ? ", the least the net can slide over" : ", the crop"));
  }
}

EvaluationSpec read_evaluation(Params section, const std::string& name, const Net& net) {
  EvaluationSpec evaluation;
  evaluation.name = name;
  for (const auto scale : section.integers({.key = "scales",
                          .unit = "px",
                          .doc = "Q, the smallest sides of the pictures",
                          .min = 1,
                          .max = 1 << 16})) {
    evaluation.scales.push_back(static_cast<int>(scale));
  }
  evaluation.views =
      section.choice({.key = "views", .fallback = "dense", .choices = "dense|center"});
  evaluation.mirror = section.flag({.key = "mirror", .fallback = "true"});
  const auto aggregate =
      section.choice({.key = "aggregate", .fallback = "scores", .choices = "scores|posteriors"});
  evaluation.aggregate = aggregate == "scores" ? Aggregate::scores : Aggregate::posteriors;
  evaluation.batch = static_cast<int>(
      section.integer({.key = "batch", .fallback = "64", .min = 1, .max = 1 << 20}));
  section.finish();
  check_scales(section, evaluation, net);
  return evaluation;
}

}  // namespace

std::vector<EvaluationSpec> read_evaluations(Params section, const Net& net) {
  std::vector<EvaluationSpec> evaluations;
  for (const auto& [name, entry] : section.all().entries) {
    if (!is_plain_name(name)) {
      section.fail(name, "names a file; allowed: letters, digits, '.', '_' and '-'");
    }
    evaluations.push_back(read_evaluation(section.map(name), name, net));
  }
  return evaluations;
}

std::vector<View> EvaluationSpec::all_views(int crop) const {
  std::vector<View> all;
  for (const int scale : scales) {
    View view;
    if (views == "center") view = {.kind = View::Kind::centre, .short_side = scale, .crop = crop};
    if (views == "dense") view = {.kind = View::Kind::whole, .short_side = scale};
    all.push_back(view);
    view.mirror = true;
    if (mirror) all.push_back(view);
  }
  return all;
}

}  // namespace vggflow
