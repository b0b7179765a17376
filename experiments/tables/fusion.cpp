#include "experiments/tables/fusion.h"

#include "base/error.h"
#include "base/log.h"
#include "base/sha256.h"
#include "experiments/evaluation/combination.h"
#include "experiments/run/provenance.h"
#include "experiments/spec/yaml.h"

namespace vggflow {
namespace {

namespace fs = std::filesystem;

/// A member's own origin, which its file tells.
Value described(const StoredScores& member, const EvaluationOrigin& origin) {
  Value map = Value::map();
  map["scores"] = Value::text(member.name);
  map["weights_sha256"] = Value::text(origin.weights_sha256);
  map["identity"] = parse_yaml(origin.identity, member.file.string());
  return map;
}

std::vector<std::string> names_of(const std::vector<StoredScores>& members) {
  std::vector<std::string> names;
  for (const StoredScores& member : members) names.push_back(member.name);
  return names;
}

/// A fusion of other members has the same right to its name. What cannot be read has none.
void check_members(const fs::path& file, const std::vector<std::string>& wanted) {
  if (!fs::exists(file)) return;
  std::vector<std::string> there;
  try {
    there = load_summary(file).members;
  } catch (const Error& error) {
    if (error.origin() != Origin::data) throw;
    return;
  }
  if (there == wanted) return;
  throw Error(Origin::data,
              "is the fusion of " + joined(there, " and ") + ", not of " + joined(wanted, " and ") +
                  "; allowed: another `name` in the table, another --out, "
                  "or to remove the file",
              file.string());
}

}  // namespace

fs::path fusion_path(const fs::path& out, const std::string& name) {
  return out / "fusions" / (name + ".h5");
}

EvaluationOrigin fusion_origin(const std::vector<StoredScores>& members) {
  Value list = Value::list();
  EvaluationOrigin all;
  Sha256 sha;
  std::vector<fs::path> files;
  for (const StoredScores& member : members) {
    const EvaluationOrigin origin = load_summary(member.file).origin;
    list.items.push_back(described(member, origin));
    all.weights += (all.weights.empty() ? "" : ", ") + member.name;
    sha.update(origin.weights_sha256);
    files.push_back(member.file);
  }
  all.source_sha256 = seals_sha256(files);
  all.identity = to_yaml(list);
  all.weights_sha256 = sha.hex();
  return all;
}

std::string why_fusion_stale(const fs::path& file, const EvaluationOrigin& wanted) {
  if (!fs::exists(file)) return "is missing";
  try {
    const EvaluationOrigin made = load_summary(file).origin;
    const bool same = made.identity == wanted.identity &&
                      made.weights_sha256 == wanted.weights_sha256 &&
                      made.source_sha256 == wanted.source_sha256;
    return same ? "" : "was made before one of its members changed";
  } catch (const Error& error) {
    if (error.origin() != Origin::data) throw;
    return "cannot be read: " + error.message();
  }
}

void fuse(const fs::path& file, const std::vector<StoredScores>& members) {
  const std::string started = utc_now();
  check_members(file, names_of(members));
  EvaluationOrigin origin = fusion_origin(members);
  const std::string stale = why_fusion_stale(file, origin);
  if (stale.empty()) return;
  log_info(file.string() + ": " + stale + ", so it is made");
  std::vector<CombinationMember> scores;
  for (const StoredScores& member : members) {
    scores.push_back({member.name, load_evaluation(member.file)});
  }
  EvaluationResult result = combined(scores);
  result.name = file.stem().string();
  result.origin = std::move(origin);
  write_evaluation(file, result, provenance(started));
}

}  // namespace vggflow
