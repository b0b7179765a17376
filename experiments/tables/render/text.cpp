#include "experiments/tables/render/render_table.h"
#include "experiments/tables/render/text_table.h"

namespace vggflow {
namespace {

std::string findings_text(const std::vector<Finding>& findings) {
  if (findings.empty()) return {};
  const std::vector<FindingCells> all = cells_of(findings);
  std::vector<std::vector<std::string>> pairs;
  for (const FindingCells& finding : all) {
    pairs.insert(pairs.end(), finding.pairs.begin(), finding.pairs.end());
  }
  const TextColumns layout(finding_columns(), pairs);
  std::string text = "\nFindings. " + findings_legend() + "\n\n    " + layout.headings();
  for (const FindingCells& finding : all) {
    text += finding.claim + ": " + finding.verdict + "\n";
    for (const auto& pair : finding.pairs) text += "    " + layout.line(pair);
  }
  return text;
}

}  // namespace

std::string to_text(const Table& table) {
  const TableCells cells = cells_of(table);
  std::string text = table.title + "\n\n" + text_table(cells.columns, cells.rows);
  for (const std::string& note : cells.notes) text += "\n" + note + "\n";
  return text + findings_text(table.findings);
}

}  // namespace vggflow
