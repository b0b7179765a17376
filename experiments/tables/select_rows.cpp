#include <algorithm>
#include <charconv>
#include <set>
#include <sstream>

#include "base/error.h"
#include "experiments/tables/table.h"

namespace vggflow {
namespace {

using Rows = std::vector<TableRow>;

/// A number from 1, all of `text`.
std::optional<std::size_t> number(std::string_view text) {
  std::size_t value = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (failure != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

/// Indices that "3" or "3-5" names; none of what is no such text, or outside the rows.
std::set<std::size_t> numbered(const std::string& part, const Rows& rows) {
  const auto dash = part.find('-');
  const auto first = number(std::string_view(part).substr(0, dash));
  const auto last =
      dash == std::string::npos ? first : number(std::string_view(part).substr(dash + 1));
  std::set<std::size_t> found;
  if (!first || !last || *first < 1 || *last > rows.size()) return found;
  for (std::size_t i = *first; i <= *last; ++i) found.insert(i - 1);
  return found;
}

bool is_called(const TableRow& row, const std::string& name) {
  if (name.empty()) return false;
  const bool single = row.cell.members.size() == 1;
  return name == row.name() || name == row.label ||
         (single && name == row.cell.members.front().experiment.stem().string());
}

std::set<std::size_t> named(const std::string& part, const Rows& rows) {
  std::set<std::size_t> found;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (is_called(rows[i], part)) found.insert(i);
  }
  return found;
}

[[noreturn]] void refuse(const std::string& part, const Rows& rows) {
  std::vector<std::string> names;
  for (const TableRow& row : rows) names.push_back(row.name());
  throw Error(Origin::usage, "--rows: got '" + part + "'; allowed: numbers from 1 to " +
                                 std::to_string(rows.size()) + " (\"1,3-5\"), " +
                                 joined(names, " and "));
}

}  // namespace

void select_rows(Table& table, const std::string& wanted) {
  std::set<std::size_t> selected = named(wanted, table.rows);  // a label may hold commas
  std::istringstream parts(selected.empty() ? wanted : "");
  for (std::string part; std::getline(parts, part, ',');) {
    std::set<std::size_t> found = named(part, table.rows);
    if (found.empty()) found = numbered(part, table.rows);
    if (found.empty()) refuse(part, table.rows);
    selected.insert(found.begin(), found.end());
  }
  if (selected.empty()) refuse(wanted, table.rows);
  Rows rows;
  for (const std::size_t index : selected) rows.push_back(std::move(table.rows[index]));
  table.rows = std::move(rows);
}

}  // namespace vggflow
