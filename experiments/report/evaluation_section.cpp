#include "experiments/report/evaluation_section.h"

#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "base/base64.h"
#include "base/error.h"
#include "experiments/report/classes_section.h"
#include "experiments/report/html.h"
#include "experiments/report/mistakes.h"
#include "experiments/report/provenance_order.h"

namespace vggflow {
namespace {

namespace fs = std::filesystem;

// They bound the page, which may tell of a hundred evaluations.
constexpr std::size_t kMostMistakes = 12;
constexpr std::size_t kMostFailed = 50;

std::string posterior_text(float posterior) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1f %%", 100 * static_cast<double>(posterior));
  return text;
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
  HtmlTable table("Provenance of " + summary.name, {{"what"}, {"value", kProse}});
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

/// The image itself, or a note in its place.
std::string picture(const EvaluationResult& result, const Mistake& mistake,
                    const MistakePictures& pictures) {
  if (!pictures.value) return "";
  const std::string& name = result.names[mistake.image];
  const auto jpeg = readable([&] { return pictures.value->jpeg(result.ids[mistake.image], name); });
  if (!jpeg.value) return "<p class=\"problem\">" + html_text(jpeg.why_not) + "</p>\n";
  return "<img src=\"data:image/jpeg;base64," + base64(*jpeg.value) + "\" alt=\"" +
         html_text(class_text(result, mistake.label) + ", taken for " +
                   class_text(result, mistake.taken_for)) +
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
            html_text(class_text(result, mistake.label)) + "</strong> taken for <strong>" +
            html_text(class_text(result, mistake.taken_for)) + "</strong></p>\n<p>" +
            posterior_text(mistake.score) + " against " + posterior_text(mistake.right_score) +
            "</p>\n<p class=\"file\">" + html_text(result.names[mistake.image]) + "</p>\n</li>\n";
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
    return classes_section(result, id, drawings) + mistakes_part(result, pictures);
  });
  part += details.value ? *details.value : problem("Cannot be read", details.why_not);
  return part + failed_part(summary.failed) + provenance_part(summary, folder) + "</details>\n";
}

}  // namespace vggflow
