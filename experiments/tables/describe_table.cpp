#include "experiments/tables/describe_table.h"

#include <algorithm>
#include <set>

#include "base/error.h"

namespace vggflow {
namespace {

std::string scale_of(const Value& stage, const char* key) {
  const Value* side = stage.find(key);
  return side ? side->scalar : "?";
}

/// Each text once, in the order of coming.
class Distinct {
 public:
  void add(const std::string& text) {
    if (std::ranges::find(texts_, text) == texts_.end()) texts_.push_back(text);
  }
  [[nodiscard]] std::string joined_by(const char* between) const {
    std::string all;
    for (const std::string& text : texts_) all += (all.empty() ? "" : between) + text;
    return all;
  }
  [[nodiscard]] std::string only_or(const char* several) const {
    return texts_.size() > 1 ? several : joined_by("");
  }

 private:
  std::vector<std::string> texts_;
};

/// The evaluation itself, or those that it combines.
std::vector<const EvaluationSpec*> scored_ones(const Spec& spec, const std::string& name) {
  const EvaluationSpec& evaluation = spec.evaluation(name);
  if (evaluation.combine.empty()) return {&evaluation};
  std::vector<const EvaluationSpec*> members;
  for (const std::string& member : evaluation.combine) members.push_back(&spec.evaluation(member));
  return members;
}

std::string test_scale(const Spec& spec, const std::string& evaluation) {
  std::set<int> scales;
  for (const EvaluationSpec* scored : scored_ones(spec, evaluation)) {
    scales.insert(scored->scales.begin(), scored->scales.end());
  }
  Distinct texts;
  for (const int scale : scales) texts.add(std::to_string(scale));
  return texts.joined_by(",");
}

void add_views(Distinct& views, const Spec& spec, const std::string& evaluation) {
  for (const EvaluationSpec* scored : scored_ones(spec, evaluation)) {
    views.add(scored->views.text());
  }
}

/// Of nobody's making: an experiment that cannot be read is an error of the row that names it.
Spec read_member(const CellMember& member, const std::string& place, const ReadSpec& read) {
  try {
    Spec spec = read(member.experiment);
    static_cast<void>(spec.evaluation(member.evaluation));
    return spec;
  } catch (const Error& error) {
    if (!error.place().empty()) throw;
    throw Error(error.origin(), error.message(), place);
  }
}

std::string fusion_note(const TableCell& cell) {
  std::vector<std::string> members;
  for (const CellMember& member : cell.members) members.push_back(TableCell{{member}}.text());
  return cell.fusion + ": mean of the posteriors of " + joined(members, " and ");
}

std::string test_set_note(const std::vector<TableRow>& rows) {
  std::vector<std::string> errors;
  for (const TableRow& row : rows) {
    if (!row.paper.test_top5) continue;
    std::string error = std::to_string(*row.paper.test_top5);
    error.erase(error.find('.') + 2);
    errors.push_back((row.label.empty() ? row.name() : row.label) + " " + error);
  }
  if (errors.empty()) return {};
  return "On the test set, whose labels are not published, the paper reports top-5 errors of: " +
         joined(errors, "; ");
}

}  // namespace

std::string train_scale(const Value& pipeline) {
  for (const Value& entry : pipeline.items) {
    if (const Value* stage = entry.find("rescale")) return scale_of(*stage, "side");
    if (const Value* stage = entry.find("random_rescale")) {
      std::string range = "[";
      range += scale_of(*stage, "min") + ";" + scale_of(*stage, "max") + "]";
      return range;
    }
  }
  return {};
}

void describe(TableRow& row, const ReadSpec& read) {
  Distinct nets;
  Distinct train;
  Distinct test;
  Distinct views;
  for (const CellMember& member : row.cell.members) {
    const Spec spec = read_member(member, row.place, read);
    nets.add(spec.net.name);
    if (const Value* pipeline = spec.resolved.find("pipeline")) train.add(train_scale(*pipeline));
    test.add(test_scale(spec, member.evaluation));
    add_views(views, spec, member.evaluation);
  }
  row.net = nets.joined_by(" + ");
  row.train_scale = train.only_or("several");
  row.test_scale = test.only_or("several");
  row.views = views.joined_by(" & ");
}

void describe(Table& table, const ReadSpec& read) {
  std::set<std::string> known{""};
  const auto add_note = [&](const std::string& note) {
    if (known.insert(note).second) table.notes.push_back(note);
  };
  for (TableRow& row : table.rows) {
    describe(row, read);
    for (const CellMember& member : row.cell.members) {
      add_note(comparison_note(read(member.experiment).net));
    }
  }
  for (const TableRow& row : table.rows) {
    if (!row.cell.fusion.empty()) add_note(fusion_note(row.cell));
  }
  add_note(test_set_note(table.rows));
  for (const Finding& finding : table.findings) {
    for (const FindingPair& pair : finding.pairs) {
      for (const TableCell* cell : {&pair.better, &pair.worse}) {
        for (const CellMember& member : cell->members) {
          static_cast<void>(read_member(member, pair.place, read));
        }
      }
    }
  }
}

std::string comparison_note(const Net& net) {
  const auto* last = net.layers.empty() ? nullptr : std::get_if<FullyConnected>(&net.layers.back());
  const int outputs = last ? last->outputs : 0;
  if (net.input == Size{224, 224} && outputs == 1000) return {};
  return "The paper's errors are of the full-size nets on ImageNet (crop 224, 1000 classes); the "
         "measured ones are of smaller experiments (crop " +
         std::to_string(net.input.width) + ", " + std::to_string(outputs) +
         " classes): the order of the rows compares, the numbers do not.";
}

}  // namespace vggflow
