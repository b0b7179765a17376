#include "experiments/tables/table.h"

#include "experiments/evaluation/results_file.h"

namespace vggflow {

std::string TableCell::text() const {
  if (!fusion.empty() || members.empty()) return fusion;
  return members.front().experiment.stem().string() + "/" + members.front().evaluation;
}

std::string TableRow::name() const { return cell.members.empty() ? label : cell.text(); }

MeasuredErrors measured_errors(const std::filesystem::path& file) {
  const EvaluationSummary summary = load_summary(file);
  return {.top1 = summary.top1_error,
          .top5 = summary.top5_error,
          .top1_interval = summary.top1_interval,
          .top5_interval = summary.top5_interval,
          .images = summary.images,
          .failed = summary.failed.size(),
          .file = summary.file};
}

std::string to_string(Verdict verdict) {
  switch (verdict) {
    case Verdict::holds:
      return "holds";
    case Verdict::does_not_hold:
      return "does not hold";
    case Verdict::not_significant:
      return "not significant";
    case Verdict::not_measured:
      break;
  }
  return "not measured";
}

}  // namespace vggflow
