#include "experiments/report/html_page.h"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include "base/error.h"
#include "experiments/report/chart_data.h"
#include "experiments/report/collect.h"
#include "experiments/report/evaluation_section.h"
#include "experiments/report/experiment_section.h"
#include "experiments/report/html.h"
#include "experiments/report/page_files.h"
#include "experiments/report/table_section.h"

namespace vggflow {
namespace {

namespace fs = std::filesystem;

/// The text with each {{name}} replaced; what replaces it is not looked at again.
std::string filled(std::string_view text, const std::map<std::string_view, std::string>& parts) {
  std::string page;
  while (true) {
    const auto open = text.find("{{");
    page += text.substr(0, open);
    if (open == std::string_view::npos) return page;
    const auto close = text.find("}}", open);
    page += parts.at(text.substr(open + 2, close - open - 2));
    text.remove_prefix(close + 2);
  }
}

class Page {
 public:
  explicit Page(const PagePlaces& places) : places_(places), results_(collect(places.out)) {
    for (std::size_t i = 0; i < results_.experiments.size(); ++i) {
      add_anchors(results_.experiments[i].evaluations, experiment_id(i));
    }
    add_anchors(results_.fusions, "fusions");
  }

  [[nodiscard]] std::string html() {
    const std::string body = tables() + evaluations() + experiments() + fusions();
    return filled(page_html(), {{"title", html_text(title())},
                                {"facts", facts()},
                                {"contents", contents()},
                                {"body", body},
                                {"style", std::string(page_css())},
                                {"data", script_json(drawings_)},
                                {"chart_js", std::string(chart_js())},
                                {"script", std::string(page_js())}});
  }

 private:
  static std::string experiment_id(std::size_t index) {
    return "experiment-" + std::to_string(index + 1);
  }

  void add_anchors(const std::vector<FoundEvaluation>& evaluations, const std::string& id) {
    for (std::size_t i = 0; i < evaluations.size(); ++i) {
      anchors_[key(evaluations[i].file)] = id + "-" + std::to_string(i + 1);
    }
  }
  static std::string key(const fs::path& file) { return fs::weakly_canonical(file).string(); }
  [[nodiscard]] std::string anchor_of(const fs::path& file) const {
    const auto found = anchors_.find(key(file));
    return found == anchors_.end() ? "" : found->second;
  }

  [[nodiscard]] std::string title() const {
    const std::size_t count = results_.experiments.size();
    return count == 1 ? results_.experiments.front().name
                      : "Report of " + std::to_string(count) + " experiments";
  }

  [[nodiscard]] std::vector<EvaluationLine> lines() const {
    std::vector<EvaluationLine> lines;
    const auto add = [&](const std::string& name, const std::vector<FoundEvaluation>& all) {
      for (const FoundEvaluation& evaluation : all) {
        if (!evaluation.summary.value) continue;  // its own section says why
        lines.push_back({name, anchor_of(evaluation.file), &*evaluation.summary.value});
      }
    };
    for (const FoundExperiment& experiment : results_.experiments) {
      add(experiment.name, experiment.evaluations);
    }
    add("fusion", results_.fusions);
    return lines;
  }

  /// What is said at the top, in large numbers.
  [[nodiscard]] std::string facts() const {
    const auto fact = [](const std::string& value, const std::string& what) {
      return "<div><dt>" + html_text(what) + "</dt><dd>" + html_text(value) + "</dd></div>\n";
    };
    const auto all = lines();
    const auto counted = [&](std::size_t count, const std::string& what) {
      return fact(std::to_string(count), what + (count == 1 ? "" : "s"));
    };
    std::string text =
        counted(results_.experiments.size(), "experiment") + counted(all.size(), "evaluation");
    if (all.empty()) return text;
    const auto best = std::ranges::min_element(
        all, {}, [](const EvaluationLine& line) { return line.summary->top1_error; });
    return text + fact(two_digits(best->summary->top1_error) + " %",
                       "lowest top-1 error: " + best->experiment + ", " + best->summary->name);
  }

  [[nodiscard]] std::string contents() const {
    std::string links;
    const auto add = [&](const std::string& id, const std::string& name) {
      links += "<li><a href=\"#" + id + "\">" + html_text(name) + "</a></li>\n";
    };
    if (!results_.tables.empty()) add("tables", "Tables");
    add("evaluations", "Evaluations");
    for (std::size_t i = 0; i < results_.experiments.size(); ++i) {
      add(experiment_id(i), results_.experiments[i].name);
    }
    if (!results_.fusions.empty()) add("fusions", "Fusions");
    return links;
  }

  static std::string section(const std::string& id, const std::string& name,
                             const std::string& content) {
    return "<section id=\"" + id + "\">\n<h2>" + html_text(name) + "</h2>\n" + content +
           "</section>\n";
  }

  [[nodiscard]] std::string tables() const {
    std::string content;
    for (const FoundTable& table : results_.tables) {
      content += table_section(
          table, [&](const fs::path& file) { return anchor_of(file); }, places_.out,
          places_.folder);
    }
    return content.empty() ? "" : section("tables", "Tables", content);
  }

  [[nodiscard]] std::string evaluations() const {
    const auto all = lines();
    return section(
        "evaluations", "Evaluations",
        all.empty() ? "<p>Nothing was evaluated.</p>\n" : evaluations_table(all, places_.folder));
  }

  [[nodiscard]] MistakePictures pictures(const fs::path& experiment) const {
    if (places_.data.empty()) {
      return {std::nullopt, "report --data DIR shows the images; DIR is that of the run"};
    }
    return readable([&] { return Thumbnails(experiment, places_.data); });
  }

  std::string evaluation(const FoundEvaluation& evaluation, const MistakePictures& pictures) {
    return evaluation_section(evaluation, anchor_of(evaluation.file), pictures, places_.folder,
                              drawings_);
  }

  std::string experiments() {
    std::string content;
    for (std::size_t i = 0; i < results_.experiments.size(); ++i) {
      const FoundExperiment& experiment = results_.experiments[i];
      const std::string id = experiment_id(i);
      std::string part = experiment_section(experiment, id, places_.folder, drawings_);
      const MistakePictures shown = pictures(experiment.folder);
      for (const FoundEvaluation& each : experiment.evaluations) part += evaluation(each, shown);
      content += section(id, experiment.name, part);
    }
    return content;
  }

  /// Where the images of a fusion are known from: an experiment among its members, which are named
  /// "D-256/multi".
  [[nodiscard]] fs::path first_member(const FoundEvaluation& fusion) const {
    if (!fusion.summary.value || fusion.summary.value->members.empty()) return places_.out;
    const std::string& member = fusion.summary.value->members.front();
    return places_.out / member.substr(0, member.find('/'));
  }

  std::string fusions() {
    std::string content;
    for (const FoundEvaluation& fusion : results_.fusions) {
      content += evaluation(fusion, pictures(first_member(fusion)));
    }
    return content.empty() ? "" : section("fusions", "Fusions", content);
  }

  PagePlaces places_;
  FoundResults results_;
  std::map<std::string, std::string> anchors_;  // of files of scores
  nlohmann::json drawings_ = {{"curves", nlohmann::json::object()},
                              {"confusion", nlohmann::json::object()}};
};

}  // namespace

std::string report_html(const PagePlaces& places) { return Page(places).html(); }

}  // namespace vggflow
