#pragma once

#include <filesystem>
#include <string>

#include "base/export.h"

namespace vggflow {

/// Markdown about every experiment of `out`: each of its folders that holds a results.h5, or `out`
/// itself. Per experiment: provenance, the training curve in at most 20 rows and as a picture, the
/// filters of the first layer, every evaluation with its errors and their 95 % intervals, failed
/// images and file; then the fusions. Pictures are drawn anew, into the experiment's folder
/// (curves.svg, filters.png). Links start at the folder `from`, where the report is kept. What
/// cannot be read or drawn becomes a line that says why. Error (data) when there is no experiment
/// at all.
[[nodiscard]] VGGFLOW_API std::string report_markdown(const std::filesystem::path& out,
                                                      const std::filesystem::path& from);
[[nodiscard]] inline std::string report_markdown(const std::filesystem::path& out) {
  return report_markdown(out, out);
}

}  // namespace vggflow
