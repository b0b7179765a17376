#include "experiments/tables/render/render_table.h"
#include "experiments/tables/render/table_cells.h"

namespace vggflow {
namespace {

/// What Markdown or HTML in it would take for its own; a cell is one line.
std::string escaped(const std::string& text) {
  std::string safe;
  for (const char c : text) {
    if (std::string_view("\\|*`<").find(c) != std::string_view::npos) safe += '\\';
    safe += c == '\n' ? ' ' : c;
  }
  return safe;
}

std::string line_of(const std::vector<std::string>& cells) {
  std::string line = "|";
  for (const std::string& cell : cells) line += " " + escaped(cell) + " |";
  return line + "\n";
}

std::string head_of(const std::vector<TableColumn>& columns) {
  std::vector<std::string> headings;
  std::string rule = "|";
  for (const TableColumn& column : columns) {
    headings.push_back(column.heading);
    rule += column.right ? " ---: |" : " --- |";
  }
  return line_of(headings) + rule + "\n";
}

std::string findings_markdown(const std::vector<Finding>& findings) {
  if (findings.empty()) return {};
  std::string text = "\n## Findings\n\n" + escaped(findings_legend()) + "\n";
  for (const FindingCells& finding : cells_of(findings)) {
    text += "\n**" + escaped(finding.claim) + ": " + finding.verdict + "**\n\n";
    text += head_of(finding_columns());
    for (const auto& pair : finding.pairs) text += line_of(pair);
  }
  return text;
}

}  // namespace

std::string to_markdown(const Table& table) {
  const TableCells cells = cells_of(table);
  std::string text = "# " + escaped(table.title) + "\n\n" + head_of(cells.columns);
  for (const auto& row : cells.rows) text += line_of(row);
  for (const std::string& note : cells.notes) text += "\n" + escaped(note) + "\n";
  return text + findings_markdown(table.findings);
}

}  // namespace vggflow
