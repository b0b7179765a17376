#pragma once

#include <string>

#include "base/export.h"
#include "experiments/tables/table.h"

namespace vggflow {

// Columns for people: net (or label), S, Q, views where rows differ in them, the paper's top-1 and
// top-5 error, the measured ones, measured minus paper, Wilson intervals at 95 %, images, results
// file; "-" for what is not known. Below, the notes, why a row has nothing measured, and (but in
// LaTeX) the findings. Errors and differences are in percent and percentage points. What is special
// to a format is escaped.

/// For a terminal, columns aligned.
[[nodiscard]] VGGFLOW_API std::string to_text(const Table& table);
[[nodiscard]] VGGFLOW_API std::string to_markdown(const Table& table);
/// A float for a document that uses the package booktabs; the results file is a comment behind its
/// row.
[[nodiscard]] VGGFLOW_API std::string to_latex(const Table& table);
/// A page that needs nothing else; links to results files start in OUT/tables.
[[nodiscard]] VGGFLOW_API std::string to_html(const Table& table);

/// RFC 4180 with a row of headings and lines that end in LF, a number a field, empty for what is
/// not known; no notes and no findings.
[[nodiscard]] VGGFLOW_API std::string to_csv(const Table& table);

/// How a table came about.
struct TableMaking {
  std::string made;     ///< when: "2026-01-31T12:34:56Z"
  std::string command;  ///< that made it
};
/// Keys as in docs/tables.md.
[[nodiscard]] VGGFLOW_API std::string to_json(const Table& table, const TableMaking& making);

}  // namespace vggflow
