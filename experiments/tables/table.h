#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/export.h"
#include "base/value.h"
#include "experiments/spec/spec.h"

namespace vggflow {

/// Errors in percent; what the paper does not give is empty.
struct PublishedErrors {
  std::optional<double> top1;
  std::optional<double> top5;
};

/// Errors in percent, and where they come from.
struct MeasuredErrors {
  double top1 = 0;
  double top5 = 0;
  std::uint64_t images = 0;
  std::uint64_t failed = 0;  ///< of these; they count as wrong
  std::filesystem::path file;
};

struct TableRow {
  // As the table's spec says.
  std::filesystem::path experiment;  ///< its spec, from where the table's own path starts
  std::string evaluation;            ///< one of the experiment's `evaluate:`
  std::string label;                 ///< instead of the net's name; may be empty
  PublishedErrors paper;
  // From the experiment's spec: describe().
  std::string net;
  std::string train_scale;  ///< S: "256" or "[256;512]", px; empty: not known
  std::string test_scale;   ///< Q: "256" or "256,384,512", px
  // From its results.
  std::optional<MeasuredErrors> measured;
  std::string note;  ///< why there are none
};

/// A table of the paper: published numbers and, once experiments have run, measured ones.
struct Table {
  std::string title;
  std::vector<TableRow> rows;
  std::vector<std::string> notes;  ///< printed below
};

/// `{title, evaluation, note, rows: [{experiment, evaluation, label, paper: {top1, top5}}]}`;
/// `evaluation` of the table is the default of its rows, paths start at `path`'s folder.
/// Error (spec) for whatever is missing, unknown or of the wrong type.
[[nodiscard]] VGGFLOW_API Table read_table(const Value& table, const std::filesystem::path& path);

/// S of a resolved `pipeline:` list: what its rescale or random_rescale stage says.
[[nodiscard]] VGGFLOW_API std::string train_scale(const Value& pipeline);

/// Fills net, S and Q of a row. Error (usage) when the spec has no such evaluation.
VGGFLOW_API void describe(TableRow& row, const Spec& spec);

/// "The paper's errors are of ...": for a table where the nets are not the paper's (another crop or
/// number of classes: a miniature, an overlay); empty where they are.
[[nodiscard]] VGGFLOW_API std::string comparison_note(const Net& net);

/// What evaluations/<name>.h5 of an experiment's folder says. Error (data) when it is not there.
[[nodiscard]] VGGFLOW_API MeasuredErrors measured_errors(const std::filesystem::path& out,
                                                         const std::string& evaluation);

}  // namespace vggflow
