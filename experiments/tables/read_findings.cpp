#include "experiments/tables/read_findings.h"

#include <algorithm>
#include <map>

#include "base/error.h"
#include "experiments/tables/read_member.h"

namespace vggflow {
namespace {

namespace fs = std::filesystem;

/// What the rows call their cells.
class Cells {
 public:
  Cells(const std::vector<TableRow>& rows, fs::path folder, std::string evaluation)
      : folder_(std::move(folder)), evaluation_(std::move(evaluation)) {
    for (const TableRow& row : rows) {
      if (!row.cell.fusion.empty()) fusions_.emplace(row.cell.fusion, row.cell);
      for (const CellMember& member : row.cell.members) {
        experiments_.emplace(member.experiment.stem().string(), member.experiment);
      }
    }
  }

  [[nodiscard]] TableCell read(Params& pair, const char* key) const {
    const Value* value = pair.value(key);
    if (value != nullptr && value->kind == Value::Kind::map) {
      return {{read_member(pair.map(key), folder_, evaluation_)}};
    }
    const std::string text = pair.text({.key = key, .doc = "a cell of the table"});
    if (const auto fusion = fusions_.find(text); fusion != fusions_.end()) return fusion->second;
    const auto slash = std::min(text.find('/'), text.size());
    const auto experiment = experiments_.find(text.substr(0, slash));
    if (experiment == experiments_.end()) {
      pair.fail(key, "got '" + text + "'; allowed: " + known() +
                         ", with /EVALUATION or without, or {experiment: PATH, evaluation: NAME}");
    }
    std::string evaluation = slash < text.size() ? text.substr(slash + 1) : evaluation_;
    if (evaluation.empty()) {
      pair.fail(key, "got '" + text + "'; allowed: " + text.substr(0, slash) + "/EVALUATION");
    }
    return {{{experiment->second, std::move(evaluation)}}};
  }

 private:
  [[nodiscard]] std::string known() const {
    std::vector<std::string> names;
    for (const auto& [name, path] : experiments_) names.push_back(name);
    for (const auto& [name, cell] : fusions_) names.push_back(name);
    return names.empty() ? "none, the rows name no experiment" : joined(names, ", ");
  }

  fs::path folder_;
  std::string evaluation_;
  std::map<std::string, fs::path> experiments_;
  std::map<std::string, TableCell> fusions_;
};

std::string place_of(const Params& params) {
  const std::string written = params.all().place();
  return (written.empty() ? "" : written + ": ") + params.path();
}

/// The entry `key` as a list of maps; their paths are "findings[0].pairs[1]".
std::vector<Params> maps_in(Params& params, const char* key, const char* allowed) {
  const Value* list = params.value(key);
  if (list == nullptr || list->kind != Value::Kind::list || list->items.empty()) {
    params.fail(key, std::string("allowed: a list of at least one ") + allowed);
  }
  std::vector<Params> maps;
  for (std::size_t i = 0; i < list->items.size(); ++i) {
    maps.emplace_back(list->items[i], params.path(key) + "[" + std::to_string(i) + "]");
  }
  return maps;
}

Finding read_finding(Params params, const Cells& cells) {
  Finding finding;
  finding.claim = params.text({.key = "claim", .doc = "what the paper says"});
  finding.section = params.text({.key = "section", .doc = "where the paper says so, 4.1"});
  const std::string relation =
      params.choice({.key = "relation", .fallback = "better", .choices = "better|not_worse"});
  finding.relation =
      relation == "better" ? Finding::Relation::better : Finding::Relation::not_worse;
  for (Params& pair : maps_in(params, "pairs", "pair, {better: CELL, worse: CELL}")) {
    FindingPair read{.better = cells.read(pair, "better"),
                     .worse = cells.read(pair, "worse"),
                     .place = place_of(pair)};
    if (read.better == read.worse) pair.fail("worse", "is the better one itself");
    pair.finish();
    finding.pairs.push_back(std::move(read));
  }
  params.finish();
  return finding;
}

}  // namespace

std::vector<Finding> read_findings(Params& table, const std::vector<TableRow>& rows,
                                   const fs::path& folder, const std::string& evaluation) {
  std::vector<Finding> findings;
  if (!table.has("findings")) {
    static_cast<void>(table.value("findings"));  // known, whether it is there or not
    return findings;
  }
  const Cells cells(rows, folder, evaluation);
  for (Params& finding : maps_in(table, "findings", "{claim, section, pairs}")) {
    findings.push_back(read_finding(std::move(finding), cells));
  }
  return findings;
}

}  // namespace vggflow
