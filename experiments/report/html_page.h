#pragma once

#include <filesystem>
#include <string>

#include "base/export.h"

namespace vggflow {

/// Where things are that a page tells of.
struct PagePlaces {
  std::filesystem::path out;     ///< results
  std::filesystem::path folder;  ///< where the page is kept: its links start there
  /// Where relative paths of `data:` start, for pictures of mistakes; empty: no pictures.
  std::filesystem::path data = {};
};

/// All that `places.out` holds as one HTML page that asks for no other file: tables of the paper
/// with measured differences and findings, all evaluations with their intervals, and for each
/// experiment learning curves, filters, where the time went, and of each evaluation errors by
/// class, confusion, the most confident mistakes, provenance. The same results give the same bytes.
/// What cannot be read becomes a line that says why. Error (data) when there is no experiment.
[[nodiscard]] VGGFLOW_API std::string report_html(const PagePlaces& places);

}  // namespace vggflow
