#include "experiments/tables/report.h"

#include <algorithm>
#include <functional>
#include <iomanip>
#include <sstream>

#include "base/error.h"
#include "experiments/evaluation/results_file.h"
#include "experiments/look/pictures.h"

namespace vggflow {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kCurveRows = 20;

std::vector<fs::path> experiments_in(const fs::path& out) {
  if (!fs::is_directory(out)) throw Error(Origin::data, "there is no such folder", out.string());
  std::vector<fs::path> found;
  if (fs::exists(out / "results.h5")) found.push_back(out);
  for (const auto& entry : fs::directory_iterator(out)) {
    if (fs::exists(entry.path() / "results.h5")) found.push_back(entry.path());
  }
  if (found.empty()) {
    throw Error(Origin::data, "holds no results.h5, nor does any folder in it", out.string());
  }
  std::ranges::sort(found);
  return found;
}

/// Text that stays inside a cell of a table.
std::string one_line(const std::string& text) {
  std::string line;
  for (const char c : text) {
    if (c == '|') line += '\\';
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

/// A part of the report, or one line that says why it cannot be had.
void or_why_not(std::ostream& report, const std::function<std::string()>& part,
                const std::string& otherwise = "Cannot be read") {
  try {
    report << part();
  } catch (const Error& error) {
    report << "\n**" << otherwise << ":** " << one_line(error.what()) << "\n";
  }
}

/// What a reader looks for first stands first; the rest by name.
std::vector<std::string> provenance_order(const Provenance& provenance) {
  std::vector<std::string> names{"seed",      "version", "commit", "device",
                                 "libraries", "started", "ended"};
  for (const auto& [name, value] : provenance) {
    if (std::ranges::find(names, name) == names.end()) names.push_back(name);
  }
  return names;
}

std::string provenance_part(const fs::path& folder) {
  const Provenance provenance = load_provenance(folder);
  std::ostringstream text;
  text << "\n| provenance | |\n| --- | --- |\n";
  for (const std::string& name : provenance_order(provenance)) {
    const auto found =
        std::ranges::find_if(provenance, [&](const auto& entry) { return entry.first == name; });
    // The whole spec is several screens: it has its own file.
    if (found == provenance.end() || name == "spec") continue;
    text << "| " << one_line(name) << " | " << one_line(found->second) << " |\n";
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

std::string filters_picture(const fs::path& folder, const fs::path& from) {
  if (!fs::exists(folder / "weights.h5")) return "\nThere are no weights to draw filters of.\n";
  return picture("filters of the first layer", draw_filters(folder), from);
}

/// The curves as a table and a picture, and what the first layer has become.
void add_training(std::ostream& report, const fs::path& folder, const fs::path& from) {
  const std::string undrawn = "Cannot be drawn";
  TrainingHistory history;
  report << "\n### Training\n";
  or_why_not(report, [&] {
    history = load_history(folder);
    return curve_part(history.log);
  });
  if (!history.log.empty()) {
    or_why_not(
        report, [&] { return picture("learning curves", draw_curves(folder, history), from); },
        undrawn);
  }
  or_why_not(
      report, [&] { return filters_picture(folder, from); }, undrawn);
}

std::string scales_of(const EvaluationSummary& summary) {
  std::vector<std::string> scales;
  for (const std::int64_t scale : summary.scales) scales.push_back(std::to_string(scale));
  return joined(scales, ", ");
}

std::string evaluation_part(const fs::path& folder, const std::string& name, const fs::path& from) {
  const EvaluationSummary summary = load_summary(folder, name);
  std::ostringstream text;
  text << "\n### Evaluation " << name << "\n\n"
       << std::fixed << std::setprecision(2) << "- top-1 error " << summary.top1_error
       << " %, top-5 error " << summary.top5_error << " %, of " << summary.images << " images\n"
       << "- scales " << scales_of(summary) << "; views " << summary.views << "; profile "
       << summary.profile << "\n- scores: " << link(summary.file, from) << "\n";
  if (summary.failed.empty()) return text.str();
  text << "- " << summary.failed.size() << " failed images, counted as wrong:\n";
  for (const FailedSample& failed : summary.failed) {
    text << "  - " << one_line(failed.name) << ": " << one_line(failed.reason) << "\n";
  }
  return text.str();
}

std::string files_part(const fs::path& folder, const fs::path& from) {
  std::string text;
  for (const char* name : {"results.h5", "spec.yaml", "weights.h5", "log.jsonl"}) {
    if (!fs::exists(folder / name)) continue;
    text += (text.empty() ? "\nFiles: " : ", ") + link(folder / name, from);
  }
  return text + "\n";
}

void add_experiment(std::ostream& report, const fs::path& folder, const fs::path& from) {
  report << "\n## " << fs::weakly_canonical(folder).filename().string() << "\n";
  report << files_part(folder, from);
  or_why_not(report, [&] { return provenance_part(folder); });
  add_training(report, folder, from);
  for (const std::string& name : evaluation_names(folder)) {
    or_why_not(report, [&] { return evaluation_part(folder, name, from); });
  }
}

}  // namespace

std::string report_markdown(const fs::path& out, const fs::path& from) {
  std::ostringstream report;
  const std::vector<fs::path> experiments = experiments_in(out);
  report << "# Report of " << experiments.size()
         << (experiments.size() == 1 ? " experiment\n" : " experiments\n");
  for (const fs::path& folder : experiments) add_experiment(report, folder, from);
  return report.str();
}

}  // namespace vggflow
