#include "experiments/tables/dry_run.h"

#include <algorithm>
#include <set>

#include "base/error.h"
#include "experiments/tables/estimate.h"
#include "experiments/tables/render/text_table.h"
#include "experiments/tables/stored_scores.h"

namespace vggflow {
namespace {

/// The plan line by line, and what it comes to.
class DryRun {
 public:
  DryRun(const ReadSpec& read, const RunOptions& options)
      : read_(read), options_(options), outlook_(options) {}

  void add(const PlannedExperiment& planned) {
    const RemainingWork work = outlook_.of(planned);
    const Estimate cost = estimate(planned.spec, work, speeds_);
    total_.time_s += cost.time_s;
    total_.disk_bytes += cost.disk_bytes;
    total_.whole = total_.whole && cost.whole;
    lines_.push_back({planned.spec.name, work.training, evaluations_text(planned, work),
                      time_text(cost), bytes_text(cost.disk_bytes)});
    for (const std::string& problem : work.problems) note(planned.spec.name, problem);
    if (work.images) images_ = work.images;
  }

  void add(const TableRow& row) {
    if (row.cell.fusion.empty() || !fusions_.insert(row.cell.fusion).second) return;
    const bool there = is_there(row.cell);
    std::uint64_t bytes = 0;
    if (!there) {
      bytes = scores_bytes(read_(row.cell.members.front().experiment), images_.value_or(0));
    }
    total_.disk_bytes += bytes;
    lines_.push_back({row.cell.fusion, "fusion of " + std::to_string(row.cell.members.size()),
                      there ? "done" : "to make", there ? "-" : "0 s", bytes_text(bytes)});
  }

  [[nodiscard]] std::string text() {
    lines_.push_back({"in all", "", "", time_text(total_), bytes_text(total_.disk_bytes)});
    std::string text = text_table(
        {{"what"}, {"training"}, {"evaluations to make"}, {"time", true}, {"disk", true}}, lines_);
    for (const Problem& problem : problems_) {
      text += "\n" + joined(problem.whose, ", ") + ": " + problem.text + "\n";
    }
    return text +
           "\nTime of the engine alone, as measured now on noise; whole pictures are taken to be "
           "of 4:3.\nDecoding comes on top where it takes longer. Nothing was written.\n";
  }

 private:
  struct Problem {
    std::string text;
    std::vector<std::string> whose;
  };

  void note(const std::string& experiment, const std::string& text) {
    const auto known = std::ranges::find(problems_, text, &Problem::text);
    if (known == problems_.end()) {
      problems_.push_back({text, {experiment}});
    } else {
      known->whose.push_back(experiment);
    }
  }
  static std::string time_text(const Estimate& cost) {
    if (!cost.whole && cost.time_s == 0) return "not known";
    return (cost.whole ? "" : "at least ") + duration_text(cost.time_s);
  }
  static std::string evaluations_text(const PlannedExperiment& planned, const RemainingWork& work) {
    if (!work.evaluations.empty()) return joined(work.evaluations, ", ");
    return planned.evaluations.empty() ? "none wanted" : "done";
  }
  [[nodiscard]] bool is_there(const TableCell& cell) const {
    try {
      static_cast<void>(stored_file(cell, read_, options_));
      return !options_.fresh;
    } catch (const Error&) {
      return false;
    }
  }

  const ReadSpec& read_;
  const RunOptions& options_;
  Outlook outlook_;
  Speeds speeds_;
  std::vector<std::vector<std::string>> lines_;
  std::vector<Problem> problems_;
  std::set<std::string> fusions_;
  std::optional<std::uint64_t> images_;
  Estimate total_;
};

}  // namespace

std::string dry_run(const std::vector<Table>& tables, const std::vector<PlannedExperiment>& plan,
                    const ReadSpec& read, const RunOptions& options) {
  DryRun run(read, options);
  for (const PlannedExperiment& planned : plan) run.add(planned);
  for (const Table& table : tables) {
    for (const TableRow& row : table.rows) run.add(row);
  }
  return run.text();
}

}  // namespace vggflow
