#include "experiments/report/classes_section.h"

#include <algorithm>
#include <functional>
#include <nlohmann/json.hpp>
#include <numeric>
#include <span>
#include <sstream>

#include "experiments/evaluation/metrics.h"
#include "experiments/look/svg.h"
#include "experiments/report/chart_data.h"
#include "experiments/report/html.h"
#include "experiments/report/mistakes.h"

namespace vggflow {
namespace {

// They bound the page: a thousand classes are some 50 KB of it.
constexpr std::size_t kMostClasses = 50;
constexpr std::size_t kMostPairs = 20;
constexpr int kMostMatrix = 20;        // classes of a matrix that is written out
constexpr int kMostBlocks = 100;       // of one that is drawn
constexpr std::size_t kMostName = 60;  // characters

std::string by_class_part(const EvaluationResult& result) {
  const auto errors = class_errors(result.scores, result.labels, result.classes);
  std::vector<std::int32_t> order;
  for (std::size_t label = 0; label < errors.size(); ++label) {
    if (errors[label].images > 0) order.push_back(static_cast<std::int32_t>(label));
  }
  std::ranges::stable_sort(order, std::ranges::greater{}, [&](std::int32_t label) {
    return errors[static_cast<std::size_t>(label)].top1_error;
  });
  const std::size_t shown = std::min(order.size(), kMostClasses);
  HtmlTable table(
      "Errors by class",
      {{"class"}, {"images", kNumber}, {"top-1 error %", kNumber}, {"top-5 error %", kNumber}});
  for (std::size_t i = 0; i < shown; ++i) {
    const ClassErrors& own = errors[static_cast<std::size_t>(order[i])];
    table.add({HtmlCell::text(class_text(result, order[i])),
               {std::to_string(own.images), static_cast<double>(own.images)},
               {two_digits(own.top1_error) + share_bar(own.top1_error / 100), own.top1_error},
               {two_digits(own.top5_error) + share_bar(own.top5_error / 100), own.top5_error}});
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
  out << "<div class=\"scroll\" role=\"group\" aria-label=\"Confusion matrix\">\n"
      << "<table class=\"matrix\">\n<caption>Rows: the right class. Columns: what it was taken for."
      << "</caption>\n<thead><tr><td></td>";
  for (std::int32_t label = 0; label < result.classes; ++label) {
    out << "<th scope=\"col\"><span>" << html_text(class_text(result, label)) << "</span></th>";
  }
  out << "</tr></thead>\n<tbody>\n";
  for (std::size_t row = 0; row < classes; ++row) {
    const auto counts = std::span(confusion).subspan(row * classes, classes);
    const double images = std::max(1, std::accumulate(counts.begin(), counts.end(), 0));
    out << "<tr><th scope=\"row\">" << html_text(class_text(result, static_cast<std::int32_t>(row)))
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
  HtmlTable table("Most confused classes", {{"right class"}, {"taken for"}, {"images", kNumber}});
  for (const ConfusedPair& pair : most_confused_pairs(confusion, result.classes, kMostPairs)) {
    table.add({HtmlCell::text(class_text(result, pair.label)),
               HtmlCell::text(class_text(result, pair.taken_for)),
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

}  // namespace

std::string class_text(const EvaluationResult& result, std::int32_t label) {
  const auto n = static_cast<std::size_t>(label);
  return n < result.class_names.size() ? cut_after(result.class_names[n], kMostName)
                                       : "class " + std::to_string(label);
}

std::string classes_section(const EvaluationResult& result, const std::string& id,
                            nlohmann::json& drawings) {
  return by_class_part(result) + confusion_part(result, id, drawings);
}

}  // namespace vggflow
