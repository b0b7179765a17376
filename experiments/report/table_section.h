#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "experiments/report/collect.h"

namespace vggflow {

/// The anchor of the part of the page that tells of a file of scores; empty where none does.
using AnchorOf = std::function<std::string(const std::filesystem::path& file)>;

/// A reproduced table: published, measured, difference with a bar; notes; findings. Measured cells
/// link to their files. `out` is where the files of its cells start, `folder` where the page is
/// kept.
[[nodiscard]] std::string table_section(const FoundTable& table, const AnchorOf& anchor_of,
                                        const std::filesystem::path& out,
                                        const std::filesystem::path& folder);

/// One line of the table of all evaluations.
struct EvaluationLine {
  std::string experiment;  ///< or "fusion"
  std::string anchor;
  const EvaluationSummary* summary = nullptr;
};
/// All evaluations side by side, with their intervals on one scale.
[[nodiscard]] std::string evaluations_table(const std::vector<EvaluationLine>& lines,
                                            const std::filesystem::path& folder);

}  // namespace vggflow
