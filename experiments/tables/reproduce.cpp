#include "experiments/tables/reproduce.h"

#include <algorithm>
#include <functional>
#include <optional>

#include "base/error.h"
#include "base/log.h"
#include "experiments/tables/findings.h"
#include "experiments/tables/fusion.h"
#include "experiments/tables/stored_scores.h"

namespace vggflow {
namespace {

/// Does the work of a plan, one thing after the other, and keeps account of what failed.
class Reproduction {
 public:
  Reproduction(const ReadSpec& read, const RunOptions& options) : read_(read), options_(options) {}

  void run(const PlannedExperiment& planned) {
    const Spec& spec = planned.spec;
    if (starts_from_an_experiment(spec) && failure_of(spec.init.from) != nullptr) {
      failures_.push_back(
          {spec.name, "not run: it starts from " + spec.init.from + ", which failed"});
      return;
    }
    if (!attempt(spec.name, [&] { make_weights(spec, options_); })) return;
    RunOptions scoring = options_;
    scoring.fresh = false;
    bool scored = false;
    for (const std::string& evaluation : planned.evaluations) {
      scored |= attempt(spec.name + "/" + evaluation,
                        [&] { run_experiment(spec, scoring, {evaluation}); });
    }
    if (scored) log_results(spec, options_);
  }

  /// Fuses what the row fuses, and measures it.
  void measure(TableRow& row) {
    if (row.cell.members.empty()) return;
    if (const Failure* failure = failure_of(row.cell)) {
      const bool own = row.cell.fusion.empty() || failure->what == row.cell.fusion;
      row.note = (own ? "" : "needs " + failure->what + ": ") + failure->reason;
      return;
    }
    const bool done = attempt(row.name(), [&] {
      const std::vector<StoredScores> members = stored_members(row.cell, read_, options_);
      std::filesystem::path file = members.front().file;
      if (!row.cell.fusion.empty()) {
        file = fusion_path(options_.out, row.cell.fusion);
        fuse(file, members);
      }
      row.measured = measured_errors(file);
      row.measured->file = file.lexically_relative(options_.out);
    });
    if (!done) row.note = failures_.back().reason;
  }

  [[nodiscard]] std::vector<Failure> take() { return std::move(failures_); }

 private:
  bool attempt(const std::string& what, const std::function<void()>& work) {
    try {
      work();
      return true;
    } catch (const Error& error) {
      const bool stopped = options_.stop != nullptr && *options_.stop;
      if (stopped || error.origin() == Origin::stopped) throw;
      failures_.push_back({what, error.what()});
    } catch (const std::exception& error) {  // no memory for one net, enough for the others
      failures_.push_back({what, error.what()});
    }
    log_warning(what + " failed: " + failures_.back().reason);
    return false;
  }

  [[nodiscard]] const Failure* failure_of(const std::string& what) const {
    const auto found = std::ranges::find(failures_, what, &Failure::what);
    return found == failures_.end() ? nullptr : &*found;
  }
  /// Of a member, or of the fusion itself in a table before.
  [[nodiscard]] const Failure* failure_of(const TableCell& cell) const {
    if (const Failure* failure = failure_of(cell.fusion)) return failure;
    for (const CellMember& member : cell.members) {
      const std::string name = read_(member.experiment).name;
      for (const std::string& what : {name, name + "/" + member.evaluation}) {
        if (const Failure* failure = failure_of(what)) return failure;
      }
    }
    return nullptr;
  }

  const ReadSpec& read_;
  const RunOptions& options_;
  std::vector<Failure> failures_;
};

}  // namespace

std::vector<Failure> reproduce(std::vector<Table>& tables,
                               const std::vector<PlannedExperiment>& plan, const ReadSpec& read,
                               const RunOptions& options) {
  Reproduction reproduction(read, options);
  for (const PlannedExperiment& planned : plan) reproduction.run(planned);
  const CellErrorsOf errors_of = looking_once(
      [&](const TableCell& cell) { return cell_errors(stored_file(cell, read, options)); });
  for (Table& table : tables) {
    for (TableRow& row : table.rows) reproduction.measure(row);
    judge(table.findings, errors_of);
  }
  return reproduction.take();
}

}  // namespace vggflow
