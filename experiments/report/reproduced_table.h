#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/export.h"
#include "experiments/evaluation/statistics.h"

namespace vggflow {

/// Percent; what the paper does not give is empty.
struct PaperErrors {
  std::optional<double> top1;
  std::optional<double> top5;
};

/// Percent, with 95 % intervals, and the scores that they come from.
struct MeasuredCell {
  double top1 = 0;
  double top5 = 0;
  Interval top1_interval;
  Interval top5_interval;
  std::uint64_t images = 0;
  std::uint64_t failed = 0;  ///< of these; they count as wrong
  std::string file;          ///< from where OUT starts
};

struct ReproducedRow {
  std::string name;         ///< of the net, or what stands for it
  std::string train_scale;  ///< S
  std::string test_scale;   ///< Q
  std::string views;
  PaperErrors paper;
  std::optional<MeasuredCell> measured;
  std::string note;  ///< why nothing was measured, or what is to be known of the row
};

/// Two measured cells that a claim sets against each other.
struct FindingPair {
  std::string better;  ///< as the paper has it
  std::string worse;
  std::optional<double> better_error;  ///< percent; empty where it was not measured
  std::optional<double> worse_error;
  std::optional<double> p;  ///< McNemar
  std::string verdict;
  std::string note;  ///< why it was not measured; may be empty
};

/// A claim of the paper, held against what was measured.
struct Finding {
  std::string claim;
  std::string section;  ///< of the paper
  std::string verdict;  ///< "holds", "does not hold", "not significant", "not measured"
  std::vector<FindingPair> pairs;
};

/// What `reproduce` leaves of a table in OUT/tables/<table>.json.
struct ReproducedTable {
  std::string title;
  std::vector<std::string> notes;
  std::string made;     ///< when, UTC
  std::string command;  ///< that made it
  std::vector<ReproducedRow> rows;
  std::vector<Finding> findings;
};

/// Error (data) naming the key that is missing or of another type; Error (system) when the file
/// cannot be read.
[[nodiscard]] VGGFLOW_API ReproducedTable read_reproduced_table(const std::filesystem::path& path);

}  // namespace vggflow
