#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/export.h"
#include "experiments/evaluation/results_file.h"
#include "experiments/report/readable.h"
#include "experiments/report/reproduced_table.h"

namespace vggflow {

/// A file of scores: an evaluation of an experiment, or a fusion of several experiments.
struct FoundEvaluation {
  std::string name;
  std::filesystem::path file;
  Readable<EvaluationSummary> summary;
};

/// A folder with a results.h5.
struct FoundExperiment {
  std::string name;  ///< of the folder
  std::filesystem::path folder;
  Readable<Provenance> provenance;
  Readable<TrainingHistory> history;
  std::vector<FoundEvaluation> evaluations;  ///< by name
};

/// A table that `reproduce` left.
struct FoundTable {
  std::filesystem::path file;
  Readable<ReproducedTable> table;
};

/// What a folder of results holds. Scores are left in their files.
struct FoundResults {
  std::filesystem::path out;
  std::vector<FoundTable> tables;            ///< OUT/tables/*.json, by name
  std::vector<FoundExperiment> experiments;  ///< OUT itself and its folders, by name
  std::vector<FoundEvaluation> fusions;      ///< OUT/fusions/*.h5, by name
};

/// Error (data) when there is no experiment at all.
[[nodiscard]] VGGFLOW_API FoundResults collect(const std::filesystem::path& out);

}  // namespace vggflow
