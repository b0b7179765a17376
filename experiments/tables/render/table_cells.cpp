#include "experiments/tables/render/table_cells.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <functional>
#include <set>

namespace vggflow {
namespace {

std::string decimal(const char* format, double value) {
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), format, value);
  return text.data();
}

std::string or_dash(const std::string& text) { return text.empty() ? "-" : text; }

std::string published(const std::optional<double>& error) {
  return error ? decimal("%.1f", *error) : "-";
}

/// A column whose cells are "-" in rows without a measurement.
std::function<std::string(const TableRow&)> measured(
    std::function<std::string(const TableRow&, const MeasuredErrors&)> text) {
  return [text = std::move(text)](const TableRow& row) {
    return row.measured ? text(row, *row.measured) : std::string("-");
  };
}

std::string difference(double measured, const std::optional<double>& paper) {
  return paper ? decimal("%+.2f", measured - *paper) : "-";
}

std::string interval_text(const Interval& interval) {
  return decimal("%.2f", interval.low) + "-" + decimal("%.2f", interval.high);
}

std::string images_text(const MeasuredErrors& measured) {
  std::string text = std::to_string(measured.images);
  if (measured.failed > 0) text += " (" + std::to_string(measured.failed) + " failed)";
  return text;
}

struct Column : TableColumn {
  std::function<std::string(const TableRow&)> text;
};

using Measured = MeasuredErrors;

std::vector<Column> places() {
  return {{{"net"}, heading_of},
          {{"S train"}, [](const TableRow& row) { return or_dash(row.train_scale); }},
          {{"Q test"}, [](const TableRow& row) { return or_dash(row.test_scale); }},
          {{"views"}, [](const TableRow& row) { return or_dash(row.views); }}};
}

std::vector<Column> errors() {
  return {
      {{"paper top-1", true}, [](const TableRow& row) { return published(row.paper.top1); }},
      {{"paper top-5", true}, [](const TableRow& row) { return published(row.paper.top5); }},
      {{"measured top-1", true},
       measured([](const TableRow&, const Measured& m) { return decimal("%.2f", m.top1); })},
      {{"measured top-5", true},
       measured([](const TableRow&, const Measured& m) { return decimal("%.2f", m.top5); })},
      {{"diff top-1", true}, measured([](const TableRow& row, const Measured& m) {
         return difference(m.top1, row.paper.top1);
       })},
      {{"diff top-5", true}, measured([](const TableRow& row, const Measured& m) {
         return difference(m.top5, row.paper.top5);
       })},
      {{"95 % top-1", true},
       measured([](const TableRow&, const Measured& m) { return interval_text(m.top1_interval); })},
      {{"95 % top-5", true},
       measured([](const TableRow&, const Measured& m) { return interval_text(m.top5_interval); })},
      {{"images", true},
       measured([](const TableRow&, const Measured& m) { return images_text(m); })},
      {{"results"},
       measured([](const TableRow&, const Measured& m) { return m.file.generic_string(); })}};
}

/// Those of the rows that have any, each once.
std::set<std::string> views_of(const Table& table) {
  std::set<std::string> views;
  for (const TableRow& row : table.rows) {
    if (!row.views.empty()) views.insert(row.views);
  }
  return views;
}

std::vector<Column> columns_of(const Table& table) {
  std::vector<Column> columns = places();
  if (views_of(table).size() < 2) columns.pop_back();  // a note says it
  for (Column& column : errors()) columns.push_back(std::move(column));
  return columns;
}

std::vector<std::string> notes_of(const Table& table) {
  std::vector<std::string> notes = table.notes;
  if (const auto views = views_of(table); views.size() == 1) {
    notes.push_back("Views of all rows: " + *views.begin() + ".");
  }
  for (const TableRow& row : table.rows) {
    if (row.note.empty()) continue;
    std::string note = heading_of(row);
    if (!row.train_scale.empty()) note += " (S " + row.train_scale + ")";
    note += ": " + row.note;
    if (std::ranges::find(notes, note) == notes.end()) notes.push_back(std::move(note));
  }
  return notes;
}

/// Where some pairs of a claim are not measured, its verdict is of the others.
std::string measured_share(const Finding& finding) {
  const auto missing =
      std::ranges::count(finding.pairs, Verdict::not_measured, &FindingPair::verdict);
  const auto pairs = std::ssize(finding.pairs);
  if (missing == 0 || missing == pairs) return {};
  return " (" + std::to_string(pairs - missing) + " of " + std::to_string(pairs) +
         " pairs measured)";
}

std::vector<std::string> pair_cells(const FindingPair& pair) {
  const bool measured = pair.verdict != Verdict::not_measured;
  std::string verdict = to_string(pair.verdict);
  if (!pair.note.empty()) verdict += ": " + pair.note;
  return {pair.better.text(),
          measured ? decimal("%.2f", pair.better_error) : "-",
          pair.worse.text(),
          measured ? decimal("%.2f", pair.worse_error) : "-",
          measured ? decimal("%.2g", pair.p) : "-",
          std::move(verdict)};
}

}  // namespace

std::string heading_of(const TableRow& row) {
  if (!row.label.empty()) return row.label;
  return row.net.empty() ? row.name() : row.net;
}

TableCells cells_of(const Table& table) {
  TableCells cells{.columns = {}, .rows = {}, .notes = notes_of(table)};
  const std::vector<Column> columns = columns_of(table);
  for (const Column& column : columns) cells.columns.push_back(column);
  for (const TableRow& row : table.rows) {
    std::vector<std::string>& texts = cells.rows.emplace_back();
    for (const Column& column : columns) texts.push_back(column.text(row));
  }
  return cells;
}

const std::vector<TableColumn>& finding_columns() {
  static const std::vector<TableColumn> kColumns{{"better"},      {"top-1", true}, {"worse"},
                                                 {"top-1", true}, {"p", true},     {"verdict"}};
  return kColumns;
}

std::vector<FindingCells> cells_of(const std::vector<Finding>& findings) {
  std::vector<FindingCells> all;
  for (const Finding& finding : findings) {
    FindingCells& cells = all.emplace_back();
    cells.claim = finding.claim + " (section " + finding.section + ")";
    cells.verdict = to_string(finding.verdict) + measured_share(finding);
    for (const FindingPair& pair : finding.pairs) cells.pairs.push_back(pair_cells(pair));
  }
  return all;
}

const std::string& findings_legend() {
  static const std::string kLegend =
      "Top-1 errors of each pair on the same images, by McNemar's test at p < 0.05. A claim holds "
      "where all its measured pairs do.";
  return kLegend;
}

}  // namespace vggflow
