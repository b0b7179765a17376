#include <algorithm>

#include "base/error.h"
#include "experiments/spec/sections.h"

namespace vggflow {
namespace {

using Kind = ViewsSpec::Kind;

constexpr int kMostGrid = 64;

/// What messages call them.
std::string without_mirror(ViewsSpec views) {
  views.mirror = false;
  return views.text();
}

/// Two keys may not go together, each being right alone: the one that --set gave is to blame.
std::string_view to_blame(const Params& section, std::string_view key, std::string_view other) {
  const auto is_set = [&](std::string_view which) {
    const Value* entry = section.all().find(which);
    return entry != nullptr && entry->file.starts_with("--set ");
  };
  return is_set(other) && !is_set(key) ? other : key;
}

void check_scales(const Params& section, const EvaluationSpec& evaluation, const Net& net) {
  const bool dense = evaluation.views.kind == Kind::dense;
  const std::string views = without_mirror(evaluation.views);
  const int least = dense ? least_input_side(net) : net.input.short_side();
  for (const Value& scale : section.all().find("scales")->items) {
    if (std::stoi(scale.scalar) >= least) continue;
    section.fail(to_blame(section, "scales", "views"),
                 "Q is " + length_text(scale) + "; allowed with views " + views + ": at least " +
                     std::to_string(least) +
                     (dense ? ", the least the net can slide over" : ", the crop"));
  }
}

/// Crops have the side of the net's input, so scores of one position: there is nothing to average.
void check_aggregate(const Params& section, const ViewsSpec& views) {
  if (views.kind == Kind::dense || !section.has("aggregate")) return;
  section.fail(to_blame(section, "aggregate", "views"),
               "aggregate says how scores of dense views are averaged over positions; allowed with "
               "views " +
                   without_mirror(views) + ", which have one position: no aggregate");
}

/// `dense`, `center`, `ten_crop` or `{grid: 5, mirror: true}`.
ViewsSpec read_views(Params& section) {
  ViewsSpec views;
  const Value* given = section.value("views");
  if (given != nullptr && given->kind == Value::Kind::map) {
    Params grid = section.map("views");
    views.kind = Kind::grid;
    views.grid = static_cast<int>(grid.integer(
        {.key = "grid", .doc = "crops a side, from border to border", .min = 2, .max = kMostGrid}));
    views.mirror = grid.flag({.key = "mirror", .fallback = "true"});
    grid.finish();
    return views;
  }
  const std::string word = section.choice(
      {.key = "views", .fallback = "dense", .choices = "dense|center|ten_crop|{grid: N}"});
  if (word == "center") views.kind = Kind::center;
  if (word == "ten_crop") views.kind = Kind::ten_crop;
  if (views.kind != Kind::ten_crop) {
    views.mirror = section.flag({.key = "mirror", .fallback = "true"});
  }
  return views;
}

EvaluationSpec read_combination(Params section, const std::string& name) {
  EvaluationSpec evaluation;
  evaluation.name = name;
  const Value* members = section.value("combine");
  const bool texts = members->kind == Value::Kind::list &&
                     std::ranges::all_of(members->items, [](const Value& item) {
                       return item.kind == Value::Kind::scalar;
                     });
  if (!texts || members->items.size() < 2) {
    section.fail("combine", "allowed: a list of at least two other evaluations, [multi, crops]");
  }
  for (const Value& member : members->items) evaluation.combine.push_back(member.scalar);
  for (const auto& [key, entry] : section.all().entries) {
    if (key == "combine") continue;
    section.fail(
        to_blame(section, key, "combine"),
        "combine averages what other evaluations store; allowed beside it: none, not " + key);
  }
  return evaluation;
}

EvaluationSpec read_evaluation(Params section, const std::string& name, const Net& net) {
  if (section.has("combine")) return read_combination(std::move(section), name);
  EvaluationSpec evaluation;
  evaluation.name = name;
  for (const auto scale : section.integers({.key = "scales",
                          .unit = "px",
                          .doc = "Q, the smallest sides of the pictures",
                          .min = 1,
                          .max = 1 << 16})) {
    const int side = static_cast<int>(scale);
    if (std::ranges::find(evaluation.scales, side) != evaluation.scales.end()) {
      section.fail("scales", "got " + std::to_string(side) + " twice; allowed: each once");
    }
    evaluation.scales.push_back(side);
  }
  evaluation.views = read_views(section);
  const auto aggregate =
      section.choice({.key = "aggregate", .fallback = "scores", .choices = "scores|posteriors"});
  evaluation.aggregate = aggregate == "scores" ? Aggregate::scores : Aggregate::posteriors;
  evaluation.keep_views =
      section.choice({.key = "keep", .fallback = "mean", .choices = "mean|views"}) == "views";
  evaluation.batch = static_cast<int>(
      section.integer({.key = "batch", .fallback = "64", .min = 1, .max = 1 << 20}));
  evaluation.max_pixels = section.integer(
      {.key = "max_pixels", .fallback = "16777216", .unit = "px", .min = 1, .max = 1LL << 40});
  check_aggregate(section, evaluation.views);
  section.finish();
  check_scales(section, evaluation, net);
  return evaluation;
}

/// Members are scored evaluations of the same spec, each named once: no chains, so no circles.
void check_combinations(const Params& section, const std::vector<EvaluationSpec>& evaluations) {
  std::vector<std::string> scored;
  for (const EvaluationSpec& evaluation : evaluations) {
    if (evaluation.combine.empty()) scored.push_back(evaluation.name);
  }
  for (const EvaluationSpec& evaluation : evaluations) {
    std::vector<std::string> seen;
    for (const std::string& member : evaluation.combine) {
      const bool known = std::ranges::find(scored, member) != scored.end();
      const bool again = std::ranges::find(seen, member) != seen.end();
      seen.push_back(member);
      if (known && !again) continue;
      const Params own(*section.all().find(evaluation.name), section.path(evaluation.name));
      own.fail("combine",
               "got '" + member + "'" + (again ? " twice" : "") + "; allowed, each once: " +
                   (scored.empty() ? "none, the spec scores nothing" : joined(scored, ", ")));
    }
  }
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
  check_combinations(section, evaluations);
  return evaluations;
}

}  // namespace vggflow
