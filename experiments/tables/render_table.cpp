#include "experiments/tables/render_table.h"

#include <algorithm>
#include <array>
#include <cstdio>

namespace vggflow {
namespace {

constexpr std::size_t kColumns = 11;
using Cells = std::array<std::string, kColumns>;

constexpr std::array<bool, kColumns> kRightAligned{false, false, false, true, true, true,
                                                   true,  true,  true,  true, false};

const Cells& heading() {
  static const Cells kHeading{"net",         "S train",        "Q test",         "paper top-1",
                              "paper top-5", "measured top-1", "measured top-5", "diff top-1",
                              "diff top-5",  "images",         "results"};
  return kHeading;
}

std::string decimal(const char* format, double value) {
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), format, value);
  return text.data();
}

std::string or_dash(const std::string& text) { return text.empty() ? "-" : text; }

std::string name_of(const TableRow& row) {
  if (!row.label.empty()) return row.label;
  return row.net.empty() ? row.experiment.stem().string() : row.net;
}

std::string paper_cell(const std::optional<double>& error) {
  return error ? decimal("%.1f", *error) : "-";
}

std::string difference(double measured, const std::optional<double>& paper) {
  return paper ? decimal("%+.2f", measured - *paper) : "-";
}

Cells cells_of(const TableRow& row) {
  Cells cells;
  cells.fill("-");
  cells[0] = name_of(row);
  cells[1] = or_dash(row.train_scale);
  cells[2] = or_dash(row.test_scale);
  cells[3] = paper_cell(row.paper.top1);
  cells[4] = paper_cell(row.paper.top5);
  if (!row.measured) return cells;
  const MeasuredErrors& measured = *row.measured;
  cells[5] = decimal("%.2f", measured.top1);
  cells[6] = decimal("%.2f", measured.top5);
  cells[7] = difference(measured.top1, row.paper.top1);
  cells[8] = difference(measured.top5, row.paper.top5);
  cells[9] = std::to_string(measured.images);
  if (measured.failed > 0) cells[9] += " (" + std::to_string(measured.failed) + " failed)";
  cells[10] = measured.file.string();
  return cells;
}

std::vector<Cells> all_cells(const Table& table) {
  std::vector<Cells> rows{heading()};
  for (const TableRow& row : table.rows) rows.push_back(cells_of(row));
  return rows;
}

std::vector<std::string> all_notes(const Table& table) {
  std::vector<std::string> notes = table.notes;
  for (const TableRow& row : table.rows) {
    if (row.note.empty()) continue;
    std::string note = name_of(row);
    if (!row.train_scale.empty()) note += " (S " + row.train_scale + ")";
    note += ": " + row.note;
    notes.push_back(std::move(note));
  }
  return notes;
}

std::string padded(const std::string& text, std::size_t width, bool right) {
  const std::string space(width - std::min(width, text.size()), ' ');
  return right ? space + text : text + space;
}

std::array<std::size_t, kColumns> widths_of(const std::vector<Cells>& rows) {
  std::array<std::size_t, kColumns> widths{};
  for (const Cells& row : rows) {
    for (std::size_t c = 0; c < kColumns; ++c) widths[c] = std::max(widths[c], row[c].size());
  }
  return widths;
}

std::string text_line(const Cells& row, const std::array<std::size_t, kColumns>& widths) {
  std::string line;
  for (std::size_t c = 0; c < kColumns; ++c) {
    line += (c ? "  " : "") + padded(row[c], widths[c], kRightAligned[c]);
  }
  line.erase(line.find_last_not_of(' ') + 1);
  return line + "\n";
}

std::string markdown_line(const Cells& row) {
  std::string line = "|";
  for (const std::string& cell : row) {
    line += ' ';
    for (const char c : cell) {
      if (c == '|') line += '\\';
      line += c;
    }
    line += " |";
  }
  return line + "\n";
}

}  // namespace

std::string to_text(const Table& table) {
  const std::vector<Cells> rows = all_cells(table);
  const auto widths = widths_of(rows);
  std::string text = table.title + "\n\n" + text_line(rows.front(), widths);
  Cells rule;
  for (std::size_t c = 0; c < kColumns; ++c) rule[c] = std::string(widths[c], '-');
  text += text_line(rule, widths);
  for (std::size_t i = 1; i < rows.size(); ++i) text += text_line(rows[i], widths);
  for (const std::string& note : all_notes(table)) text += "\n" + note + "\n";
  return text;
}

std::string to_markdown(const Table& table) {
  const std::vector<Cells> rows = all_cells(table);
  std::string text = "# " + table.title + "\n\n" + markdown_line(rows.front()) + "|";
  for (const bool right : kRightAligned) text += right ? " ---: |" : " --- |";
  text += "\n";
  for (std::size_t i = 1; i < rows.size(); ++i) text += markdown_line(rows[i]);
  for (const std::string& note : all_notes(table)) text += "\n" + note + "\n";
  return text;
}

}  // namespace vggflow
