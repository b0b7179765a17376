#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/export.h"
#include "pipeline/dataset/annotations.h"

namespace vggflow {

/// LOC_synset_mapping.txt, lines "n01440764 tench, Tinca tinca": the WordNet ids in byte order.
/// Error (data) naming `place` for one that occurs twice, or none at all, at "PLACE:LINE" for what
/// is no WordNet id, n and digits.
[[nodiscard]] VGGFLOW_API std::vector<std::string> parse_synset_mapping(std::string_view text,
                                                                        const std::string& place);

struct ValSolution {
  std::string image;  ///< without ending
  std::string wnid;
};
/// LOC_val_solution.csv, lines "ImageId,n01751748 111 108 441 253 n..." after a header: of each
/// image the first class. Fields may stand in quotes. Error (data) at "PLACE:LINE" for a line of
/// another form, or a class that is no WordNet id.
[[nodiscard]] VGGFLOW_API std::vector<ValSolution> parse_val_solution(std::string_view text,
                                                                      const std::string& place);

/// `classes`: from the mapping; empty: those that the solution names. Error (data) naming `place`
/// for an image that occurs twice or a class outside `classes`.
[[nodiscard]] VGGFLOW_API Annotations kaggle_annotations(std::vector<std::string> classes,
                                                         const std::vector<ValSolution>& solution,
                                                         const std::string& place);

}  // namespace vggflow
