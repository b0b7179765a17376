#include "experiments/tables/findings.h"

#include <algorithm>
#include <memory>
#include <span>
#include <variant>

#include "base/error.h"
#include "base/sha256.h"
#include "experiments/evaluation/metrics.h"
#include "experiments/evaluation/results_file.h"

namespace vggflow {
namespace {

constexpr double kSignificant = 0.05;

double percent_wrong(const std::vector<std::uint8_t>& wrong) {
  return 100.0 * static_cast<double>(std::ranges::count(wrong, 1)) /
         static_cast<double>(wrong.size());
}

Verdict verdict_of(const McNemar& test, Finding::Relation relation) {
  const bool significant = test.p < kSignificant;
  const bool better = test.only_first_wrong < test.only_second_wrong;
  if (significant && !better) return Verdict::does_not_hold;
  if (significant || relation == Finding::Relation::not_worse) return Verdict::holds;
  return Verdict::not_significant;
}

void measure(FindingPair& pair, Finding::Relation relation, const CellErrorsOf& errors_of) {
  const CellErrors better = errors_of(pair.better);
  const CellErrors worse = errors_of(pair.worse);
  if (better.images_sha256 != worse.images_sha256) {
    pair.note = pair.better.text() + " and " + pair.worse.text() + " are of other images";
    return;
  }
  const McNemar test = mcnemar_test(better.wrong, worse.wrong);
  pair.better_error = percent_wrong(better.wrong);
  pair.worse_error = percent_wrong(worse.wrong);
  pair.p = test.p;
  pair.verdict = verdict_of(test, relation);
}

Verdict weakest(const std::vector<FindingPair>& pairs) {
  const auto count = [&](Verdict verdict) {
    return std::ranges::count(pairs, verdict, &FindingPair::verdict);
  };
  if (count(Verdict::does_not_hold) > 0) return Verdict::does_not_hold;
  if (count(Verdict::not_significant) > 0) return Verdict::not_significant;
  return count(Verdict::holds) > 0 ? Verdict::holds : Verdict::not_measured;
}

}  // namespace

CellErrors cell_errors(const std::filesystem::path& file) {
  const EvaluationResult result = load_evaluation(file);
  Sha256 sha;
  for (const std::string& name : result.names) sha.update(name + "\n");
  sha.update(std::as_bytes(std::span(result.labels)));
  return {wrong_images(result.scores, result.labels, result.classes, 1), sha.hex()};
}

CellErrorsOf looking_once(CellErrorsOf errors_of) {
  using Known = std::map<std::string, std::variant<CellErrors, Error>>;
  const auto known = std::make_shared<Known>();
  return [known, errors_of = std::move(errors_of)](const TableCell& cell) {
    std::string key = cell.fusion;
    for (const CellMember& member : cell.members) {
      key += "\n" + member.experiment.string() + "\n" + member.evaluation;
    }
    auto found = known->find(key);
    if (found == known->end()) {
      try {
        found = known->emplace(key, errors_of(cell)).first;
      } catch (const Error& error) {
        found = known->emplace(key, error).first;
      }
    }
    if (const auto* error = std::get_if<Error>(&found->second)) throw *error;
    return std::get<CellErrors>(found->second);
  };
}

void judge(std::vector<Finding>& findings, const CellErrorsOf& errors_of) {
  for (Finding& finding : findings) {
    for (FindingPair& pair : finding.pairs) {
      try {
        measure(pair, finding.relation, errors_of);
      } catch (const std::exception& error) {  // no memory for one, the table for the others
        pair.note = error.what();
      }
    }
    finding.verdict = weakest(finding.pairs);
  }
}

}  // namespace vggflow
