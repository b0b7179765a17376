#pragma once

#include <string>
#include <vector>

#include "experiments/tables/table.h"

namespace vggflow {

struct TableColumn {
  std::string heading;
  bool right = false;  ///< aligned
};

/// A table as texts, not escaped: what the formats for people have in common.
struct TableCells {
  std::vector<TableColumn> columns;            ///< the last one is the results file
  std::vector<std::vector<std::string>> rows;  ///< (rows, columns)
  std::vector<std::string> notes;              ///< of the table, then of rows that lack something
};
[[nodiscard]] TableCells cells_of(const Table& table);

/// A finding as texts.
struct FindingCells {
  std::string claim;  ///< "C beats B (section 4.1)"
  std::string verdict;
  std::vector<std::vector<std::string>> pairs;  ///< (pairs, columns)
};
/// Claimed to be better, its error, the other one, its error, p, verdict.
[[nodiscard]] const std::vector<TableColumn>& finding_columns();
[[nodiscard]] std::vector<FindingCells> cells_of(const std::vector<Finding>& findings);
/// What the verdicts are: a sentence.
[[nodiscard]] const std::string& findings_legend();

/// What a row is called in its first column.
[[nodiscard]] std::string heading_of(const TableRow& row);

}  // namespace vggflow
