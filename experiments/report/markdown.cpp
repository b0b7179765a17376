#include "experiments/report/markdown.h"

#include <algorithm>
#include <functional>
#include <iomanip>
#include <sstream>

#include "base/error.h"
#include "experiments/look/pictures.h"
#include "experiments/report/collect.h"
#include "experiments/report/provenance_order.h"

namespace vggflow {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kCurveRows = 20;

/// Text that stays inside a cell of a table.
std::string one_line(const std::string& text) {
  std::string line;
  for (const char c : text) {
    if (c == '|' || c == '<') line += '\\';  // no cell's end, no HTML
    line += c == '\n' ? ' ' : c;
  }
  return line;
}

/// Where a text in the folder `from` finds a file.
std::string path_from(const fs::path& from, const fs::path& file) {
  return fs::relative(file, from).generic_string();
}

std::string link(const fs::path& file, const fs::path& from) {
  const std::string path = path_from(from, file);
  return "[" + path + "](<" + path + ">)";
}

std::string picture(const std::string& what, const fs::path& file, const fs::path& from) {
  return "\n![" + what + "](<" + path_from(from, file) + ">)\n";
}

std::string line_why_not(const std::string& why_not, const char* what = "Cannot be read") {
  return "\n**" + std::string(what) + ":** " + one_line(why_not) + "\n";
}

/// What is said of a value, or one line that says why it cannot be had.
template <class T, class Part>
std::string or_why_not(const Readable<T>& readable, const Part& part) {
  return readable.value ? part(*readable.value) : line_why_not(readable.why_not);
}

/// Links a picture once `draw` has drawn it.
template <class Draw>
std::string drawn(const std::string& what, const fs::path& from, const Draw& draw) {
  const Readable<fs::path> file = readable(draw);
  return file.value ? picture(what, *file.value, from)
                    : line_why_not(file.why_not, "Cannot be drawn");
}

std::string provenance_part(const Provenance& provenance) {
  std::ostringstream text;
  text << "\n| provenance | |\n| --- | --- |\n";
  for (const auto& [name, value] : in_reading_order(provenance)) {
    text << "| " << one_line(name) << " | " << one_line(value) << " |\n";
  }
  return text.str();
}

/// At most kCurveRows rows, evenly spread, the first and the last among them.
std::vector<TrainingRow> thinned(const std::vector<TrainingRow>& log) {
  if (log.size() <= kCurveRows) return log;
  std::vector<TrainingRow> rows;
  for (std::size_t i = 0; i < kCurveRows; ++i) {
    rows.push_back(log[i * (log.size() - 1) / (kCurveRows - 1)]);
  }
  return rows;
}

std::string curve_part(const std::vector<TrainingRow>& log) {
  if (log.empty()) return "\nNothing was trained.\n";
  std::ostringstream text;
  text << "\n| iteration | epoch | rate | loss | top-1 error % | top-5 error % |\n"
       << "| ---: | ---: | ---: | ---: | ---: | ---: |\n"
       << std::fixed;
  for (const TrainingRow& row : thinned(log)) {
    text << "| " << row.iteration << " | " << std::setprecision(2) << row.epoch << " | "
         << std::defaultfloat << std::setprecision(6) << row.rate << std::fixed << " | "
         << std::setprecision(4) << row.loss << " | " << std::setprecision(2) << row.top1_error
         << " | " << row.top5_error << " |\n";
  }
  return text.str();
}

/// The curves as a table and a picture, and what the first layer has become.
void add_training(std::ostream& report, const FoundExperiment& experiment, const fs::path& from) {
  const auto& [name, folder, provenance, history, evaluations] = experiment;
  report << "\n### Training\n"
         << or_why_not(history, [](const TrainingHistory& read) { return curve_part(read.log); });
  if (history.value && !history.value->log.empty()) {
    report << drawn("learning curves", from, [&] { return draw_curves(folder, *history.value); });
  }
  if (!fs::exists(folder / "weights.h5")) {
    report << "\nThere are no weights to draw filters of.\n";
    return;
  }
  report << drawn("filters of the first layer", from, [&] { return draw_filters(folder); });
}

std::string scales_of(const EvaluationSummary& summary) {
  std::vector<std::string> scales;
  for (const std::int64_t scale : summary.scales) scales.push_back(std::to_string(scale));
  return joined(scales, ", ");
}

std::string evaluation_part(const EvaluationSummary& summary, const fs::path& from) {
  std::ostringstream text;
  text << std::fixed << std::setprecision(2) << "- top-1 error " << summary.top1_error
       << " %, top-5 error " << summary.top5_error << " %, of " << summary.images << " images\n"
       << "- 95 % intervals: top-1 " << summary.top1_interval.low << " to "
       << summary.top1_interval.high << " %, top-5 " << summary.top5_interval.low << " to "
       << summary.top5_interval.high << " %\n";
  if (!summary.members.empty()) text << "- average of " << joined(summary.members, " and ") << "\n";
  text << "- scales " << scales_of(summary) << "; views " << summary.views << "; profile "
       << summary.profile << "\n- scores: " << link(summary.file, from) << "\n";
  if (summary.failed.empty()) return text.str();
  text << "- " << summary.failed.size() << " failed images, counted as wrong:\n";
  for (const FailedSample& failed : summary.failed) {
    text << "  - " << one_line(failed.name) << ": " << one_line(failed.reason) << "\n";
  }
  return text.str();
}

void add_evaluations(std::ostream& report, const std::vector<FoundEvaluation>& evaluations,
                     const char* what, const fs::path& from) {
  for (const auto& [name, file, summary] : evaluations) {
    report << or_why_not(summary, [&](const EvaluationSummary& read) {
      return "\n### " + std::string(what) + " " + name + "\n\n" + evaluation_part(read, from);
    });
  }
}

std::string files_part(const fs::path& folder, const fs::path& from) {
  std::string text;
  for (const char* name : {"results.h5", "spec.yaml", "weights.h5", "log.jsonl"}) {
    if (!fs::exists(folder / name)) continue;
    text += (text.empty() ? "\nFiles: " : ", ") + link(folder / name, from);
  }
  return text + "\n";
}

void add_experiment(std::ostream& report, const FoundExperiment& experiment, const fs::path& from) {
  report << "\n## " << experiment.name << "\n"
         << files_part(experiment.folder, from)
         << or_why_not(experiment.provenance, provenance_part);
  add_training(report, experiment, from);
  add_evaluations(report, experiment.evaluations, "Evaluation", from);
}

}  // namespace

std::string report_markdown(const fs::path& out, const fs::path& from) {
  std::ostringstream report;
  const FoundResults results = collect(out);
  report << "# Report of " << results.experiments.size()
         << (results.experiments.size() == 1 ? " experiment\n" : " experiments\n");
  for (const FoundExperiment& experiment : results.experiments) {
    add_experiment(report, experiment, from);
  }
  if (!results.fusions.empty()) report << "\n## Fusions\n";
  add_evaluations(report, results.fusions, "Fusion", from);
  return report.str();
}

}  // namespace vggflow
