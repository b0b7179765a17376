#include "experiments/tables/render/text_table.h"

#include <algorithm>

namespace vggflow {
namespace {

std::size_t width_of(const std::string& text) {
  return static_cast<std::size_t>(std::ranges::count_if(
      text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

}  // namespace

TextColumns::TextColumns(std::vector<TableColumn> columns,
                         const std::vector<std::vector<std::string>>& rows)
    : columns_(std::move(columns)) {
  for (std::size_t c = 0; c < columns_.size(); ++c) {
    widths_.push_back(width_of(columns_[c].heading));
    for (const auto& row : rows) widths_[c] = std::max(widths_[c], width_of(row[c]));
  }
}

std::string TextColumns::headings() const {
  std::vector<std::string> row;
  for (const TableColumn& column : columns_) row.push_back(column.heading);
  return line(row);
}

std::string TextColumns::rule() const {
  std::vector<std::string> row;
  for (const std::size_t width : widths_) row.emplace_back(width, '-');
  return line(row);
}

std::string TextColumns::line(const std::vector<std::string>& row) const {
  std::string line;
  for (std::size_t c = 0; c < row.size(); ++c) {
    const std::string space(widths_[c] - width_of(row[c]), ' ');
    line += (c ? "  " : "") + (columns_[c].right ? space + row[c] : row[c] + space);
  }
  line.erase(line.find_last_not_of(' ') + 1);
  return line + "\n";
}

std::string text_table(const std::vector<TableColumn>& columns,
                       const std::vector<std::vector<std::string>>& rows) {
  const TextColumns layout(columns, rows);
  std::string text = layout.headings() + layout.rule();
  for (const auto& row : rows) text += layout.line(row);
  return text;
}

}  // namespace vggflow
