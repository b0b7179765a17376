#include "experiments/report/table_section.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

#include "base/error.h"
#include "experiments/report/html.h"

namespace vggflow {
namespace {

namespace fs = std::filesystem;

constexpr const char* kScale = "Q\u00a0";  // stays with its number
constexpr const char* kTrainScale = "S\u00a0";

/// A verdict in words and, for the eye, as a class of the style sheet.
std::string verdict_badge(const std::string& verdict) {
  static constexpr std::array<std::array<std::string_view, 2>, 3> kClasses{
      {{"holds", "holds"}, {"does not hold", "fails"}, {"not significant", "open"}}};
  std::string_view kind = "unmeasured";
  for (const auto& [words, name] : kClasses) {
    if (verdict == words) kind = name;
  }
  return "<span class=\"verdict " + std::string(kind) + "\">" + html_text(verdict) + "</span>";
}

std::string p_text(double p) {
  char text[32];
  std::snprintf(text, sizeof text, p < 0.001 ? "%.1e" : "%.3f", p);
  return text;
}

std::string pair_line(const ReproducedPair& pair) {
  const auto side = [](const std::string& what, const std::optional<double>& error) {
    return html_text(what) + (error ? " " + two_digits(*error) + " %" : "");
  };
  return "<li>" + side(pair.better, pair.better_error) + " against " +
         side(pair.worse, pair.worse_error) + (pair.p ? ", p = " + p_text(*pair.p) : "") + ": " +
         html_text(pair.verdict) + (pair.note.empty() ? "" : " (" + html_text(pair.note) + ")") +
         "</li>\n";
}

/// Where some pairs of a claim are not measured, its verdict is of the others.
std::string measured_share(const ReproducedFinding& finding) {
  const auto measured = std::ranges::count_if(
      finding.pairs, [](const ReproducedPair& pair) { return pair.verdict != "not measured"; });
  if (measured == 0 || measured == std::ssize(finding.pairs)) return {};
  return " (" + std::to_string(measured) + " of " + std::to_string(finding.pairs.size()) +
         " pairs measured)";
}

std::string findings_part(const std::vector<ReproducedFinding>& findings) {
  if (findings.empty()) return "";
  std::string part =
      "<h4>Findings</h4>\n<p>Claims of the paper, held against the measured errors with "
      "McNemar's test.</p>\n<ul class=\"findings\">\n";
  for (const ReproducedFinding& finding : findings) {
    part += "<li>" + verdict_badge(finding.verdict) + "<div><p>" + html_text(finding.claim) +
            measured_share(finding);
    if (!finding.section.empty()) {
      part += " <span class=\"muted\">(section " + html_text(finding.section) + ")</span>";
    }
    part += "</p>\n";
    if (!finding.pairs.empty()) {
      part += "<details><summary>" + std::to_string(finding.pairs.size()) +
              (finding.pairs.size() == 1 ? " comparison" : " comparisons") + "</summary>\n<ul>\n";
      for (const ReproducedPair& pair : finding.pairs) part += pair_line(pair);
      part += "</ul>\n</details>\n";
    }
    part += "</div></li>\n";
  }
  return part + "</ul>\n";
}

/// Of all cells of the table: what fills a bar.
double largest_difference(const std::vector<ReproducedRow>& rows) {
  double most = 0;
  for (const ReproducedRow& row : rows) {
    if (!row.measured) continue;
    if (row.paper.top1) most = std::max(most, std::abs(row.measured->top1 - *row.paper.top1));
    if (row.paper.top5) most = std::max(most, std::abs(row.measured->top5 - *row.paper.top5));
  }
  return most;
}

HtmlCell measured_cell(double error, const Interval& interval, const std::string& link) {
  return {"<a href=\"" + link + "\">" + two_digits(error) + "</a> <small>" +
              interval_text(interval) + "</small>",
          error};
}

HtmlCell difference_cell(double measured, const std::optional<double>& paper, double most) {
  if (!paper) return {};
  const double difference = measured - *paper;
  return {signed_digits(difference) + difference_bar(difference, most), difference};
}

/// "S 256, Q 256, dense": what has columns of its own on a wide page.
std::string settings_text(const ReproducedRow& row) {
  std::vector<std::string> parts;
  if (!row.train_scale.empty()) parts.push_back(kTrainScale + row.train_scale);
  if (!row.test_scale.empty()) parts.push_back(kScale + row.test_scale);
  if (!row.views.empty()) parts.push_back(row.views);
  return joined(parts, ", ");
}

std::string settings_text(const EvaluationSummary& summary, const std::string& scales) {
  std::string text =
      kScale + scales + ", " + summary.views + ", " + std::to_string(summary.images) + " images";
  if (!summary.failed.empty()) text += ", " + std::to_string(summary.failed.size()) + " failed";
  return text;
}

std::vector<HtmlCell> row_cells(const ReproducedRow& row, double most, const AnchorOf& anchor_of,
                                const fs::path& out, const fs::path& folder) {
  const std::string name = html_text(row.name);
  std::vector<HtmlCell> cells{{name},
                              HtmlCell::text(row.train_scale),
                              HtmlCell::text(row.test_scale),
                              HtmlCell::text(row.views),
                              HtmlCell::number(row.paper.top1),
                              {},
                              {},
                              HtmlCell::number(row.paper.top5),
                              {},
                              {},
                              {}};
  const std::string settings = narrow_line(settings_text(row));
  cells[0].html += settings;
  if (!row.measured) return cells;
  const MeasuredCell& measured = *row.measured;
  const std::string anchor = anchor_of(out / measured.file);
  if (!anchor.empty()) cells[0].html = "<a href=\"#" + anchor + "\">" + name + "</a>" + settings;
  const std::string link = href(out / measured.file, folder);
  cells[5] = measured_cell(measured.top1, measured.top1_interval, link);
  cells[6] = difference_cell(measured.top1, row.paper.top1, most);
  cells[8] = measured_cell(measured.top5, measured.top5_interval, link);
  cells[9] = difference_cell(measured.top5, row.paper.top5, most);
  cells[10] = {std::to_string(measured.images), static_cast<double>(measured.images)};
  if (measured.failed > 0) {
    cells[10].html += " <small>" + std::to_string(measured.failed) + " failed</small>";
  }
  return cells;
}

std::string notes_part(const ReproducedTable& table) {
  std::string notes;
  for (const std::string& note : table.notes) notes += "<li>" + html_text(note) + "</li>\n";
  for (const ReproducedRow& row : table.rows) {
    if (row.note.empty()) continue;
    notes += "<li>" + html_text(row.name);
    if (!row.train_scale.empty()) {
      notes += " (S " + html_text(row.train_scale) + ", Q " + html_text(row.test_scale) + ")";
    }
    notes += ": " + html_text(row.note) + "</li>\n";
  }
  return notes.empty() ? "" : "<ul class=\"notes\">\n" + notes + "</ul>\n";
}

std::string made_part(const ReproducedTable& table, const FoundTable& found,
                      const fs::path& folder) {
  std::string text =
      "<p class=\"muted\">Errors in percent, measured ones with 95 % intervals; each "
      "leads to the scores it comes from.";
  if (!table.made.empty()) text += " Made " + html_text(table.made) + ":";
  if (!table.command.empty()) text += " <code>" + html_text(table.command) + "</code>";
  return text + " (" + file_link(found.file, folder) + ")</p>\n";
}

}  // namespace

std::string table_section(const FoundTable& found, const AnchorOf& anchor_of, const fs::path& out,
                          const fs::path& folder) {
  if (!found.table.value) {
    return "<h3>" + html_text(found.file.stem().string()) + "</h3>\n" +
           problem("Cannot be read", found.table.why_not);
  }
  const ReproducedTable& table = *found.table.value;
  HtmlTable cells(table.title, {{"net", kWords},
                                {.heading = "S", .wide = true},
                                {.heading = "Q", .wide = true},
                                {"views", kWords, true},
                                {"top-1 paper", kNumber},
                                {"top-1 measured", kNumber},
                                {"difference", kNumber},
                                {"top-5 paper", kNumber},
                                {"top-5 measured", kNumber},
                                {"difference", kNumber},
                                {"images", kNumber}});
  const double most = largest_difference(table.rows);
  for (const ReproducedRow& row : table.rows) {
    cells.add(row_cells(row, most, anchor_of, out, folder));
  }
  return "<h3>" + html_text(table.title) + "</h3>\n" + made_part(table, found, folder) +
         cells.html() + notes_part(table) + findings_part(table.findings);
}

std::string evaluations_table(const std::vector<EvaluationLine>& lines, const fs::path& folder) {
  Interval range{100, 0};
  for (const EvaluationLine& line : lines) {
    range.low = std::min(range.low, line.summary->top1_interval.low);
    range.high = std::max(range.high, line.summary->top1_interval.high);
  }
  HtmlTable table("All evaluations", {{"experiment"},
                                      {"evaluation"},
                                      {.heading = "Q", .wide = true},
                                      {"views", kWords, true},
                                      {"images", kNumber, true},
                                      {"failed", kNumber, true},
                                      {"top-1 error %", kNumber},
                                      {"95 % interval"},
                                      {"top-5 error %", kNumber},
                                      {"95 % interval"}});
  for (const auto& [experiment, anchor, summary] : lines) {
    std::vector<std::string> scales;
    for (const std::int64_t scale : summary->scales) scales.push_back(std::to_string(scale));
    const std::string link = "<a href=\"" + href(summary->file, folder) + "\">";
    table.add(
        {HtmlCell::text(experiment),
         {"<a href=\"#" + anchor + "\">" + html_text(summary->name) + "</a>" +
          narrow_line(settings_text(*summary, joined(scales, ", ")))},
         HtmlCell::text(joined(scales, ", ")),
         HtmlCell::text(summary->views),
         {std::to_string(summary->images), static_cast<double>(summary->images)},
         {std::to_string(summary->failed.size()), static_cast<double>(summary->failed.size())},
         {link + two_digits(summary->top1_error) + "</a>", summary->top1_error},
         {interval_bar(summary->top1_interval, summary->top1_error, range) +
              interval_text(summary->top1_interval),
          summary->top1_interval.low},
         {link + two_digits(summary->top5_error) + "</a>", summary->top5_error},
         {interval_text(summary->top5_interval), summary->top5_interval.low}});
  }
  return table.html();
}

}  // namespace vggflow
