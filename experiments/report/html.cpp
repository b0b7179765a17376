#include "experiments/report/html.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

#include "experiments/look/svg.h"

namespace vggflow {
namespace {

namespace fs = std::filesystem;

constexpr const char* kMinus = "\xE2\x88\x92";

std::string formatted(const char* format, double number) {
  char text[64];
  std::snprintf(text, sizeof text, format, number);
  return text;
}

/// Percent of a cell's width.
std::string width(double share) {
  return formatted("%.2f", 100 * std::clamp(std::isfinite(share) ? share : 0, 0.0, 1.0)) + "%";
}

std::string mark(const char* what, const std::string& style) {
  return "<span class=\"" + std::string(what) + "\" aria-hidden=\"true\" style=\"" + style +
         "\"></span>";
}

std::string class_of(const HtmlColumn& column) {
  static constexpr std::array<std::string_view, 4> kNames{"", "number", "words", "prose"};
  std::string names(kNames.at(static_cast<std::size_t>(column.kind)));
  if (column.wide) names += names.empty() ? "wide" : " wide";
  return names.empty() ? "" : " class=\"" + names + "\"";
}

std::string cell_tag(const HtmlCell& cell, const HtmlColumn& column, bool heading) {
  std::string tag = (heading ? "<th scope=\"row\"" : "<td") + class_of(column);
  if (cell.order) tag += " data-order=\"" + formatted("%.9g", *cell.order) + "\"";
  return tag + ">" + cell.html + (heading ? "</th>" : "</td>");
}

}  // namespace

std::string html_text(std::string_view text) { return xml_text(text); }

std::string href(const fs::path& file, const fs::path& from) {
  std::string encoded;
  for (const char c : fs::relative(file, from).generic_string()) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       std::string_view("-._~/").find(c) != std::string_view::npos;
    char code[4];
    std::snprintf(code, sizeof code, "%%%02X",
                  static_cast<unsigned>(static_cast<unsigned char>(c)));
    encoded += plain ? std::string(1, c) : code;
  }
  return encoded;
}

std::string file_link(const fs::path& file, const fs::path& from) {
  return "<a href=\"" + href(file, from) + "\">" +
         html_text(fs::relative(file, from).generic_string()) + "</a>";
}

std::string two_digits(double number) { return formatted("%.2f", number); }

std::string signed_digits(double number) {
  const std::string digits = formatted("%.2f", std::abs(number));
  if (digits == "0.00") return digits;
  return (number < 0 ? kMinus : "+") + digits;
}

std::string interval_text(const Interval& interval) {
  return two_digits(interval.low) + " to " + two_digits(interval.high);
}

std::string problem(std::string_view what, std::string_view why_not) {
  return "<p class=\"problem\"><strong>" + html_text(what) + ":</strong> " + html_text(why_not) +
         "</p>\n";
}

std::string narrow_line(std::string_view text) {
  return text.empty() ? "" : "<small class=\"narrow\">" + html_text(text) + "</small>";
}

std::string share_bar(double share) { return mark("share", "--to:" + width(share)); }

std::string difference_bar(double difference, double most) {
  const double end = 0.5 + (most > 0 ? difference / most / 2 : 0);
  return mark(difference > 0 ? "difference worse" : "difference better",
              "--from:" + width(std::min(0.5, end)) + ";--to:" + width(std::max(0.5, end)));
}

std::string interval_bar(const Interval& interval, double estimate, const Interval& range) {
  const auto place = [&](double percent) {
    return width((percent - range.low) / (range.high - range.low));
  };
  return mark("interval", "--from:" + place(interval.low) + ";--to:" + place(interval.high) +
                              ";--at:" + place(estimate));
}

HtmlCell HtmlCell::number(std::optional<double> number) {
  if (!number) return {};
  return {two_digits(*number), number};
}

HtmlTable::HtmlTable(std::string_view caption, std::vector<HtmlColumn> columns)
    : caption_(html_text(caption)), columns_(std::move(columns)) {}

void HtmlTable::add(const std::vector<HtmlCell>& cells) {
  rows_ += "<tr>";
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    rows_ += cell_tag(cells.at(i), columns_[i], i == 0);
  }
  rows_ += "</tr>\n";
}

std::string HtmlTable::html() const {
  std::string headings;
  for (const HtmlColumn& column : columns_) {
    headings += "<th scope=\"col\"" + class_of(column) + ">" + html_text(column.heading) + "</th>";
  }
  return "<div class=\"scroll\" role=\"group\" aria-label=\"" + caption_ +
         "\">\n<table class=\"sortable\">\n<caption>" + caption_ + "</caption>\n<thead><tr>" +
         headings + "</tr></thead>\n<tbody>\n" + rows_ + "</tbody>\n</table>\n</div>\n";
}

}  // namespace vggflow
