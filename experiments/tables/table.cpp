#include "experiments/tables/table.h"

#include "base/error.h"
#include "base/params.h"
#include "experiments/evaluation/results_file.h"

namespace vggflow {
namespace {

constexpr ParamSpec kTitle{.key = "title", .doc = "the table's heading"};
constexpr ParamSpec kNote{.key = "note", .doc = "a line below the table"};
constexpr ParamSpec kExperiment{.key = "experiment", .doc = "the path of an experiment's spec"};
constexpr ParamSpec kLabel{.key = "label", .doc = "a name for the row"};
constexpr ParamSpec kTop1{.key = "top1", .unit = "%", .min = 0, .max = 100};
constexpr ParamSpec kTop5{.key = "top5", .unit = "%", .min = 0, .max = 100};

std::string text_or_nothing(Params& params, const ParamSpec& spec) {
  return params.has(spec.key) ? params.text(spec) : std::string();
}

std::optional<double> percent(Params& params, const ParamSpec& spec) {
  if (!params.has(spec.key)) return std::nullopt;
  return params.number(spec);
}

PublishedErrors read_paper(Params params) {
  const PublishedErrors paper{percent(params, kTop1), percent(params, kTop5)};
  params.finish();
  return paper;
}

TableRow read_row(Params params, const std::filesystem::path& folder,
                  const std::string& default_evaluation) {
  TableRow row;
  row.experiment = (folder / params.text(kExperiment)).lexically_normal();
  row.evaluation = params.text({.key = "evaluation",
                                .fallback = default_evaluation,
                                .doc = "one of the experiment's `evaluate:`"});
  row.label = text_or_nothing(params, kLabel);
  row.paper = read_paper(params.map("paper"));
  params.finish();
  return row;
}

std::string scale_of(const Value& stage, const char* key) {
  const Value* side = stage.find(key);
  return side ? side->scalar : "?";
}

}  // namespace

Table read_table(const Value& table, const std::filesystem::path& path) {
  Params params(table, "");
  Table read;
  read.title = params.text(kTitle);
  const std::string evaluation = text_or_nothing(params, {.key = "evaluation"});
  if (params.has(kNote.key)) read.notes.push_back(params.text(kNote));
  const Value* rows = params.value("rows");
  if (!rows || rows->kind != Value::Kind::list || rows->items.empty()) {
    params.fail("rows", "allowed: a list of at least one row, {experiment: PATH, paper: {...}}");
  }
  for (std::size_t i = 0; i < rows->items.size(); ++i) {
    const std::string where = "rows[" + std::to_string(i) + "]";
    read.rows.push_back(read_row(Params(rows->items[i], where), path.parent_path(), evaluation));
  }
  params.finish();
  return read;
}

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

void describe(TableRow& row, const Spec& spec) {
  row.net = spec.net.name;
  if (const Value* pipeline = spec.resolved.find("pipeline")) {
    row.train_scale = train_scale(*pipeline);
  }
  row.test_scale.clear();
  for (const int scale : spec.evaluation(row.evaluation).scales) {
    if (!row.test_scale.empty()) row.test_scale += ',';
    row.test_scale += std::to_string(scale);
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

MeasuredErrors measured_errors(const std::filesystem::path& out, const std::string& evaluation) {
  const EvaluationSummary summary = load_summary(out, evaluation);
  return {.top1 = summary.top1_error,
          .top5 = summary.top5_error,
          .images = summary.images,
          .failed = summary.failed.size(),
          .file = summary.file};
}

}  // namespace vggflow
