#include "experiments/tables/stored_scores.h"

#include "base/error.h"
#include "experiments/evaluation/results_file.h"
#include "experiments/run/evaluation_identity.h"
#include "experiments/run/trained.h"
#include "experiments/tables/fusion.h"
#include "nets/weights_file.h"

namespace vggflow {

namespace fs = std::filesystem;

StoredScores stored_scores(const CellMember& member, const ReadSpec& read,
                           const RunOptions& options) {
  const Spec spec = read(member.experiment);
  const fs::path folder = folder_of(spec, options);
  if (!is_trained(spec, options, folder)) {
    throw Error(Origin::data, "is not trained by this spec yet", folder.string());
  }
  const EvaluationSpec& evaluation = spec.evaluation(member.evaluation);
  const fs::path file = evaluation_path(folder, evaluation.name);
  const std::string digest = load_weights_facts(folder / "weights.h5").sha256;
  const std::string stale = why_stale(folder, spec, evaluation, digest);
  if (!stale.empty()) throw Error(Origin::data, stale, file.string());
  return {spec.name + "/" + evaluation.name, file};
}

std::vector<StoredScores> stored_members(const TableCell& cell, const ReadSpec& read,
                                         const RunOptions& options) {
  std::vector<StoredScores> members;
  for (const CellMember& member : cell.members) {
    members.push_back(stored_scores(member, read, options));
  }
  return members;
}

fs::path stored_file(const TableCell& cell, const ReadSpec& read, const RunOptions& options) {
  const std::vector<StoredScores> members = stored_members(cell, read, options);
  if (cell.fusion.empty()) return members.front().file;
  const fs::path file = fusion_path(options.out, cell.fusion);
  const std::string stale = why_fusion_stale(file, fusion_origin(members));
  if (!stale.empty()) throw Error(Origin::data, stale, file.string());
  return file;
}

}  // namespace vggflow
