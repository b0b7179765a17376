#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/export.h"
#include "base/value.h"
#include "experiments/evaluation/statistics.h"
#include "experiments/spec/spec.h"

namespace vggflow {

/// Errors in percent; what the paper does not give is empty.
struct PublishedErrors {
  std::optional<double> top1;
  std::optional<double> top5;
  std::optional<double> test_top5;  ///< on the test set, which nobody can measure: a note
};

/// Errors in percent, and where they come from.
struct MeasuredErrors {
  double top1 = 0;
  double top5 = 0;
  Interval top1_interval = {};  ///< Wilson, 95 %
  Interval top5_interval = {};
  std::uint64_t images = 0;
  std::uint64_t failed = 0;  ///< of these; they count as wrong
  std::filesystem::path file;
};

/// One evaluation of one experiment.
struct CellMember {
  std::filesystem::path experiment;  ///< its spec, from where the table's own path starts
  std::string evaluation;            ///< one of the experiment's `evaluate:`
  friend bool operator==(const CellMember&, const CellMember&) = default;
};

/// What an error is measured on: stored scores, or the mean of several.
struct TableCell {
  std::vector<CellMember> members = {};  ///< none: a number of the paper alone
  std::string fusion = {};  ///< what the mean of several is called: OUT/fusions/<fusion>.h5
  friend bool operator==(const TableCell&, const TableCell&) = default;
  /// "D-jitter/multi" (after the spec's file), or the fusion's name.
  [[nodiscard]] VGGFLOW_API std::string text() const;
};

struct TableRow {
  // As the table's spec says.
  TableCell cell;
  std::string label;  ///< instead of the net's name; may be empty
  PublishedErrors paper;
  std::string place;  ///< where it is written: "table3.yaml:7: rows[2]"
  // From the experiments' specs: describe().
  std::string net;
  std::string train_scale;  ///< S: "256" or "[256;512]", px; empty: not known
  std::string test_scale;   ///< Q: "256" or "256,384,512", px
  std::string views;        ///< "dense+mirror"; of combinations "dense+mirror & grid5+mirror"
  // From their results.
  std::optional<MeasuredErrors> measured;
  std::string note;  ///< why there are none

  /// "D-jitter/multi", a fusion's name, or the label of a row of published numbers.
  [[nodiscard]] VGGFLOW_API std::string name() const;
};

enum class Verdict { holds, does_not_hold, not_significant, not_measured };
/// "holds", "does not hold", "not significant", "not measured".
[[nodiscard]] VGGFLOW_API std::string to_string(Verdict verdict);

/// Two cells of which one is claimed to err less than the other.
struct FindingPair {
  TableCell better;
  TableCell worse;
  std::string place = {};  ///< where it is written
  // From their scores: judge().
  double better_error = 0;  ///< top-1, percent
  double worse_error = 0;
  double p = 1;  ///< McNemar's test
  Verdict verdict = Verdict::not_measured;
  std::string note = {};  ///< why it is not measured
};

/// A claim of the paper.
struct Finding {
  enum class Relation {
    better,     ///< the better one of each pair errs less
    not_worse,  ///< ... does not err more
  };
  std::string claim;
  std::string section;  ///< of the paper: "4.1"
  Relation relation = Relation::better;
  std::vector<FindingPair> pairs;
  Verdict verdict = Verdict::not_measured;
};

/// A table of the paper: published numbers and, once experiments have run, measured ones.
struct Table {
  std::string name;  ///< of the files that show it: "table3" of table3.yaml
  std::string title;
  std::vector<TableRow> rows;
  std::vector<std::string> notes = {};  ///< printed below
  std::vector<Finding> findings = {};
};

/// `{title, evaluation, note, rows: [ROW ...], findings: [FINDING ...]}`, docs/tables.md. Paths
/// start at `path`'s folder. Error (spec) for whatever is missing, unknown or of the wrong type.
[[nodiscard]] VGGFLOW_API Table read_table(const Value& table, const std::filesystem::path& path);

/// What the file of an evaluation or a fusion says. Error (data) when it is not there.
[[nodiscard]] VGGFLOW_API MeasuredErrors measured_errors(const std::filesystem::path& file);

/// Leaves the rows that `wanted` selects: numbers from 1 ("1,3-5"), or names: of a cell, of an
/// experiment (all its rows) or a label. Error (usage) for what is not there, listing what is.
VGGFLOW_API void select_rows(Table& table, const std::string& wanted);

}  // namespace vggflow
