#include "experiments/report/collect.h"

#include <algorithm>

#include "base/error.h"

namespace vggflow {
namespace {

namespace fs = std::filesystem;

std::vector<fs::path> experiment_folders(const fs::path& out) {
  if (!fs::is_directory(out)) throw Error(Origin::data, "there is no such folder", out.string());
  std::vector<fs::path> found;
  if (fs::exists(out / "results.h5")) found.push_back(out);
  for (const auto& entry : fs::directory_iterator(out)) {
    if (fs::exists(entry.path() / "results.h5")) found.push_back(entry.path());
  }
  if (found.empty()) {
    throw Error(Origin::data, "holds no results.h5, nor does any folder in it", out.string());
  }
  std::ranges::sort(found);
  return found;
}

/// Files of a folder that need not be there.
std::vector<fs::path> files_in(const fs::path& folder, const char* ending) {
  std::vector<fs::path> found;
  if (!fs::is_directory(folder)) return found;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.path().extension() == ending) found.push_back(entry.path());
  }
  std::ranges::sort(found);
  return found;
}

FoundEvaluation found_evaluation(const fs::path& file) {
  return {file.stem().string(), file, readable([&] { return load_summary(file); })};
}

FoundExperiment found_experiment(const fs::path& folder) {
  FoundExperiment experiment{.name = fs::weakly_canonical(folder).filename().string(),
                             .folder = folder,
                             .provenance = readable([&] { return load_provenance(folder); }),
                             .history = readable([&] { return load_history(folder); }),
                             .evaluations = {}};
  for (const std::string& name : evaluation_names(folder)) {
    experiment.evaluations.push_back(found_evaluation(evaluation_path(folder, name)));
  }
  return experiment;
}

}  // namespace

FoundResults collect(const fs::path& out) {
  FoundResults results{.out = out, .tables = {}, .experiments = {}, .fusions = {}};
  for (const fs::path& folder : experiment_folders(out)) {
    results.experiments.push_back(found_experiment(folder));
  }
  for (const fs::path& file : files_in(out / "fusions", ".h5")) {
    results.fusions.push_back(found_evaluation(file));
  }
  for (const fs::path& file : files_in(out / "tables", ".json")) {
    results.tables.push_back({file, readable([&] { return read_reproduced_table(file); })});
  }
  return results;
}

}  // namespace vggflow
