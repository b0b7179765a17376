#include "experiments/report/evaluation_section.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <numeric>
#include <sstream>

#include "base/base64.h"
#include "base/error.h"
#include "experiments/evaluation/metrics.h"
#include "experiments/look/svg.h"
#include "experiments/report/chart_data.h"
#include "experiments/report/html.h"
#include "experiments/report/mistakes.h"
#include "experiments/report/provenance_order.h"

namespace vggflow {
namespace {

namespace fs = std::filesystem;

// They bound the page: a thousand classes and a hundred evaluations are a few megabytes.
constexpr std::size_t kMostClasses = 50;
constexpr std::size_t kMostPairs = 20;
constexpr std::size_t kMostMistakes = 12;
constexpr std::size_t kMostFailed = 50;
constexpr int kMostMatrix = 20;        // classes of a matrix that is written out
constexpr int kMostBlocks = 100;       // of one that is drawn
constexpr std::size_t kMostName = 60;  // characters

std::string name_of(const EvaluationResult& result, std::int32_t label) {
  const auto n = static_cast<std::size_t>(label);
  return n < result.class_names.size() ? cut_after(result.class_names[n], kMostName)
                                       : "class " + std::to_string(label);
}

std::string failed_part(const std::vector<FailedSample>& failed) {
  if (failed.empty()) return "";
  std::string list = "<h4>Failed images</h4>\n<p>They count as wrong.</p>\n<ul class=\"failed\">\n";
  for (std::size_t i = 0; i < std::min(failed.size(), kMostFailed); ++i) {
    list += "<li><span class=\"file\">" + html_text(failed[i].name) +
            "</span>: " + html_text(failed[i].reason) + "</li>\n";
  }
  if (failed.size() > kMostFailed) {
    list += "<li>and " + std::to_string(failed.size() - kMostFailed) + " more</li>\n";
  }
  return list + "</ul>\n";
}

std::string provenance_part(const EvaluationSummary& summary, const fs::path& folder) {
  HtmlTable table("Provenance of " + summary.name, {{"what"}, {"value"}});
  table.add({HtmlCell::text("scores"), {file_link(summary.file, folder)}});
  table.add({HtmlCell::text("weights"), HtmlCell::text(summary.origin.weights)});
  table.add(
      {HtmlCell::text("SHA-256 of the weights"), HtmlCell::text(summary.origin.weights_sha256)});
  const auto provenance = readable([&] { return load_evaluation_provenance(summary.file); });
  if (provenance.value) {
    for (const auto& [name, value] : in_reading_order(*provenance.value)) {
      table.add({HtmlCell::text(name), HtmlCell::text(value)});
    }
  }
  std::string part = "<h4>Provenance</h4>\n" + table.html();
  if (!provenance.value) part += problem("Cannot be read", provenance.why_not);
  return part + "<details><summary>All that decides its scores</summary>\n<pre>" +
         html_text(summary.origin.identity) + "</pre>\n</details>\n";
}

std::string by_class_part(const EvaluationResult& result) {
  const auto errors = class_errors(result.scores, result.labels, result.classes);
  std::vector<std::int32_t> order(errors.size());
  std::iota(order.begin(), order.end(), 0);
  std::ranges::stable_sort(order, std::ranges::greater{}, [&](std::int32_t label) {
    return errors[static_cast<std::size_t>(label)].top1_error;
  });
  const std::size_t shown = std::min(order.size(), kMostClasses);
  HtmlTable table("Errors by class",
                  {{"class"}, {"images", true}, {"top-1 error %", true}, {"top-5 error %", true}});
  for (std::size_t i = 0; i < shown; ++i) {
    const ClassErrors& own = errors[static_cast<std::size_t>(order[i])];
    table.add({HtmlCell::text(name_of(result, order[i])),
               {std::to_string(own.images), static_cast<double>(own.images)},
               {share_bar(own.top1_error / 100) + two_digits(own.top1_error), own.top1_error},
               {share_bar(own.top5_error / 100) + two_digits(own.top5_error), own.top5_error}});
  }
  std::string part = "<h4>Errors by class</h4>\n";
  if (shown < order.size()) {
    part += "<p>The worst " + std::to_string(shown) + " of " + std::to_string(order.size()) +
            " classes.</p>\n";
  }
  return part + table.html();
}

/// The matrix as a table of numbers on a ground that is darker the more images it stands for.
std::string matrix_table(const EvaluationResult& result,
                         const std::vector<std::int32_t>& confusion) {
  const auto classes = static_cast<std::size_t>(result.classes);
  std::ostringstream out;
  out << "<div class=\"scroll\" role=\"region\" aria-label=\"Confusion matrix\">\n"
      << "<table class=\"matrix\">\n<caption>Rows: the right class. Columns: what it was taken for."
      << "</caption>\n<thead><tr><td></td>";
  for (std::int32_t label = 0; label < result.classes; ++label) {
    out << "<th scope=\"col\"><span>" << html_text(name_of(result, label)) << "</span></th>";
  }
  out << "</tr></thead>\n<tbody>\n";
  for (std::size_t row = 0; row < classes; ++row) {
    const auto counts = std::span(confusion).subspan(row * classes, classes);
    const double images = std::max(1, std::accumulate(counts.begin(), counts.end(), 0));
    out << "<tr><th scope=\"row\">" << html_text(name_of(result, static_cast<std::int32_t>(row)))
        << "</th>";
    for (std::size_t column = 0; column < classes; ++column) {
      out << "<td class=\"" << (row == column ? "right" : "wrong")
          << "\" style=\"--share:" << two_digits(counts[column] / images) << "\">" << counts[column]
          << "</td>";
    }
    out << "</tr>\n";
  }
  out << "</tbody>\n</table>\n</div>\n";
  return out.str();
}

std::string pairs_table(const EvaluationResult& result,
                        const std::vector<std::int32_t>& confusion) {
  HtmlTable table("Most confused classes", {{"right class"}, {"taken for"}, {"images", true}});
  for (const ConfusedPair& pair : most_confused_pairs(confusion, result.classes, kMostPairs)) {
    table.add({HtmlCell::text(name_of(result, pair.label)),
               HtmlCell::text(name_of(result, pair.taken_for)),
               {std::to_string(pair.images), pair.images}});
  }
  return table.html();
}

std::string confusion_part(const EvaluationResult& result, const std::string& id,
                           nlohmann::json& drawings) {
  const auto confusion = confusion_matrix(result.scores, result.labels, result.classes);
  const std::string heading = "<h4>Confusion</h4>\n";
  if (result.classes <= kMostMatrix) return heading + matrix_table(result, confusion);
  const ConfusionBlocks blocks = confusion_blocks(confusion, result.classes, kMostBlocks);
  drawings["confusion"][id] = confusion_data(blocks, result.class_names);
  std::string what = "Rows: the right class. Columns: what it was taken for.";
  if (blocks.each > 1) {
    what += " A cell stands for " + std::to_string(blocks.each) + " by " +
            std::to_string(blocks.each) + " neighbouring classes.";
  }
  return heading + "<figure class=\"confusion\" data-confusion=\"" + id +
         "\">\n<canvas role=\"img\" tabindex=\"0\" aria-label=\"Confusion matrix as a heat map; "
         "arrow keys read its cells\"></canvas>\n<p class=\"cell\" aria-live=\"polite\"></p>\n"
         "<figcaption>" +
         what + "</figcaption>\n</figure>\n" + pairs_table(result, confusion);
}

/// The image itself, or a note in its place.
std::string picture(const EvaluationResult& result, const Mistake& mistake,
                    const MistakePictures& pictures) {
  if (!pictures.value) return "";
  const std::string& name = result.names[mistake.image];
  const auto jpeg = readable([&] { return pictures.value->jpeg(result.ids[mistake.image], name); });
  if (!jpeg.value) return "<p class=\"problem\">" + html_text(jpeg.why_not) + "</p>\n";
  return "<img src=\"data:image/jpeg;base64," + base64(*jpeg.value) + "\" alt=\"" +
         html_text(name_of(result, mistake.label) + ", taken for " +
                   name_of(result, mistake.taken_for)) +
         "\">\n";
}

std::string mistakes_part(const EvaluationResult& result, const MistakePictures& pictures) {
  const auto mistakes = most_confident_mistakes(result, kMostMistakes);
  std::string part = "<h4>Most confident mistakes</h4>\n";
  if (mistakes.empty()) return part + "<p>There is none.</p>\n";
  if (!pictures.value) part += problem("Without pictures", pictures.why_not);
  part += "<ul class=\"mistakes\">\n";
  for (const Mistake& mistake : mistakes) {
    part += "<li>\n" + picture(result, mistake, pictures) + "<p><strong>" +
            html_text(name_of(result, mistake.label)) + "</strong> taken for <strong>" +
            html_text(name_of(result, mistake.taken_for)) + "</strong></p>\n<p>" +
            two_digits(100 * static_cast<double>(mistake.score)) + " % against " +
            two_digits(100 * static_cast<double>(mistake.right_score)) +
            " %</p>\n<p class=\"file\">" + html_text(result.names[mistake.image]) + "</p>\n</li>\n";
  }
  return part + "</ul>\n";
}

std::string facts_part(const EvaluationSummary& summary, const fs::path& folder) {
  std::vector<std::string> scales;
  for (const std::int64_t scale : summary.scales) scales.push_back(std::to_string(scale));
  std::string facts = "<p>Top-1 error " + two_digits(summary.top1_error) + " % (" +
                      interval_text(summary.top1_interval) + "), top-5 error " +
                      two_digits(summary.top5_error) + " % (" +
                      interval_text(summary.top5_interval) + "), of " +
                      std::to_string(summary.images) + " images; in brackets 95 % intervals.";
  if (!summary.members.empty()) {
    facts += " Average of " + html_text(joined(summary.members, " and ")) + ".";
  }
  return facts + " Scales " + html_text(joined(scales, ", ")) + "; views " +
         html_text(summary.views) + "; resampling " + html_text(summary.profile) +
         ". Scores: " + file_link(summary.file, folder) + ".</p>\n";
}

}  // namespace

std::string evaluation_section(const FoundEvaluation& evaluation, const std::string& id,
                               const MistakePictures& pictures, const fs::path& folder,
                               nlohmann::json& drawings) {
  std::string part = "<details class=\"evaluation\" id=\"" + id + "\">\n<summary><h3>" +
                     html_text(evaluation.name) + "</h3>";
  if (!evaluation.summary.value) {
    return part + "</summary>\n" + problem("Cannot be read", evaluation.summary.why_not) +
           "</details>\n";
  }
  const EvaluationSummary& summary = *evaluation.summary.value;
  part += " <span>" + two_digits(summary.top1_error) + " % top-1, " +
          two_digits(summary.top5_error) + " % top-5</span></summary>\n" +
          facts_part(summary, folder);
  const auto details = readable([&] {
    const EvaluationResult result = load_evaluation(evaluation.file);
    return by_class_part(result) + confusion_part(result, id, drawings) +
           mistakes_part(result, pictures);
  });
  part += details.value ? *details.value : problem("Cannot be read", details.why_not);
  return part + failed_part(summary.failed) + provenance_part(summary, folder) + "</details>\n";
}

}  // namespace vggflow
