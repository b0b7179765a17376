#include "experiments/tables/render/render_table.h"
#include "experiments/tables/render/table_cells.h"

namespace vggflow {
namespace {

std::string escaped(char c) {
  switch (c) {
    case '\\':
      return "\\textbackslash{}";
    case '~':
      return "\\textasciitilde{}";
    case '^':
      return "\\textasciicircum{}";
    case '<':
      return "\\textless{}";
    case '>':
      return "\\textgreater{}";
    case '|':
      return "\\textbar{}";
    case '"':
      return "\\char34{}";
    case '\n':
      return " ";
    default:
      break;
  }
  const bool special = std::string_view("&%$#_{}").find(c) != std::string_view::npos;
  return (special ? "\\" : "") + std::string(1, c);
}

std::string escaped(const std::string& text) {
  std::string safe;
  for (const char c : text) safe += escaped(c);
  return safe;
}

/// A number has a minus sign, a range a dash.
std::string number(const std::string& cell) {
  if (cell == "-") return "--";
  std::string safe = escaped(cell);
  const auto dash = safe.find('-');
  if (dash == 0) return "$-$" + safe.substr(1);
  if (dash != std::string::npos) safe.insert(dash, "-");
  return safe;
}

std::string one_line(std::string text) {
  for (char& c : text) c = c == '\n' ? ' ' : c;
  return text;
}

/// All cells but the results file.
std::string row_of(const std::vector<std::string>& cells, const std::vector<TableColumn>& columns) {
  // A row that begins with [ or * would be read as an argument of the \\ before it.
  std::string line = cells.front().find_first_of("[*") == 0 ? "  {}" : "  ";
  for (std::size_t c = 0; c + 1 < cells.size(); ++c) {
    line += (c ? " & " : "") + (columns[c].right ? number(cells[c]) : escaped(cells[c]));
  }
  return line + " \\\\";
}

std::string head_of(const std::vector<TableColumn>& columns) {
  std::string alignment;
  std::string line;
  for (std::size_t c = 0; c + 1 < columns.size(); ++c) {
    alignment += columns[c].right ? 'r' : 'l';
    line += (c ? " & " : "  ") + escaped(columns[c].heading);
  }
  return "\\begin{tabular}{" + alignment + "}\n\\toprule\n" + line + " \\\\\n\\midrule\n";
}

}  // namespace

std::string to_latex(const Table& table) {
  const TableCells cells = cells_of(table);
  std::string text = "% \\usepackage{booktabs}\n\\begin{table}\n\\centering\n\\caption{" +
                     escaped(table.title) + "}\n" + head_of(cells.columns);
  for (const auto& row : cells.rows) {
    text += row_of(row, cells.columns);
    if (row.back() != "-") text += " % " + one_line(row.back());
    text += "\n";
  }
  text += "\\bottomrule\n\\end{tabular}\n";
  for (const std::string& note : cells.notes)
    text += "\n{\\footnotesize " + escaped(note) + "\\par}\n";
  return text + "\\end{table}\n";
}

}  // namespace vggflow
