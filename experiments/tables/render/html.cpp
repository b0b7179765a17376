#include "experiments/tables/render/render_table.h"
#include "experiments/tables/render/table_cells.h"

namespace vggflow {
namespace {

constexpr const char* kStyle = R"(
:root { color-scheme: light dark; }
body { font: 1rem/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 80rem; padding: 0 1rem; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; margin: 1rem 0; }
th, td { border-bottom: 1px solid color-mix(in srgb, currentColor 25%, transparent);
         padding: 0.3rem 0.7rem; text-align: left; white-space: nowrap; }
.number { text-align: right; font-variant-numeric: tabular-nums; }
)";

std::string escaped(const std::string& text) {
  std::string safe;
  for (const char c : text) {
    switch (c) {
      case '&':
        safe += "&amp;";
        break;
      case '<':
        safe += "&lt;";
        break;
      case '>':
        safe += "&gt;";
        break;
      case '"':
        safe += "&quot;";
        break;
      default:
        safe += c;
    }
  }
  return safe;
}

/// A path in a link: what is no letter, digit or one of "-._~/" as %XX.
std::string address(const std::string& path) {
  static constexpr std::string_view kPlain = "-._~/";
  static constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string safe;
  for (const char c : path) {
    const auto byte = static_cast<unsigned char>(c);
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (letter || kPlain.find(c) != std::string_view::npos) {
      safe += c;
    } else {
      safe += std::string("%") + kDigits[byte >> 4] + kDigits[byte & 15];
    }
  }
  return safe;
}

std::string cell_of(const std::string& tag, const TableColumn& column, const std::string& inside) {
  return "<" + tag + (column.right ? " class=\"number\">" : ">") + inside + "</" +
         tag.substr(0, 2) + ">";
}

std::string head_of(const std::vector<TableColumn>& columns) {
  std::string text = "<thead><tr>";
  for (const TableColumn& column : columns) {
    text += cell_of("th scope=\"col\"", column, escaped(column.heading));
  }
  return text + "</tr></thead>\n";
}

std::string table_of(const std::vector<TableColumn>& columns,
                     const std::vector<std::vector<std::string>>& rows, bool linked) {
  std::string text = "<div class=\"wide\"><table>\n" + head_of(columns) + "<tbody>\n";
  for (const auto& row : rows) {
    text += "<tr>";
    for (std::size_t c = 0; c < row.size(); ++c) {
      std::string inside = escaped(row[c]);
      if (linked && c + 1 == row.size() && row[c] != "-") {
        inside = "<a href=\"../" + address(row[c]) + "\">" + inside + "</a>";
      }
      text += cell_of("td", columns[c], inside);
    }
    text += "</tr>\n";
  }
  return text + "</tbody>\n</table></div>\n";
}

std::string findings_html(const std::vector<Finding>& findings) {
  if (findings.empty()) return {};
  std::string text = "<h2>Findings</h2>\n<p>" + escaped(findings_legend()) + "</p>\n";
  for (const FindingCells& finding : cells_of(findings)) {
    text += "<h3>" + escaped(finding.claim) + ": " + finding.verdict + "</h3>\n" +
            table_of(finding_columns(), finding.pairs, false);
  }
  return text;
}

}  // namespace

std::string to_html(const Table& table) {
  const TableCells cells = cells_of(table);
  std::string text =
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>" +
      escaped(table.title) + "</title>\n<style>" + kStyle + "</style>\n</head>\n<body>\n<h1>" +
      escaped(table.title) + "</h1>\n" + table_of(cells.columns, cells.rows, true);
  for (const std::string& note : cells.notes) text += "<p>" + escaped(note) + "</p>\n";
  return text + findings_html(table.findings) + "</body>\n</html>\n";
}

}  // namespace vggflow
