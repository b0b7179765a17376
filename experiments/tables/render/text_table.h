#pragma once

#include <string>
#include <vector>

#include "experiments/tables/render/table_cells.h"

namespace vggflow {

/// Lays out lines for a terminal: columns as wide as their widest text, two blanks between them. A
/// character of UTF-8 is taken for one column wide.
class TextColumns {
 public:
  TextColumns(std::vector<TableColumn> columns, const std::vector<std::vector<std::string>>& rows);

  [[nodiscard]] std::string headings() const;
  [[nodiscard]] std::string rule() const;
  [[nodiscard]] std::string line(const std::vector<std::string>& row) const;

 private:
  std::vector<TableColumn> columns_;
  std::vector<std::size_t> widths_;
};

/// Headings, a rule and the rows.
[[nodiscard]] std::string text_table(const std::vector<TableColumn>& columns,
                                     const std::vector<std::vector<std::string>>& rows);

}  // namespace vggflow
