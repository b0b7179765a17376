#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/export.h"

namespace vggflow {

/// What comes with the images of ILSVRC: the classes, and the class of each validation image.
struct Annotations {
  std::vector<std::string> classes;  ///< WordNet ids in byte order; empty: unknown
  std::unordered_map<std::string, std::int32_t> validation;  ///< image without ending -> label
  std::string source;                                        ///< what tells `validation`
};

/// The label of a validation image by its file name. Error (data) at `place` if none is told.
[[nodiscard]] VGGFLOW_API std::int32_t validation_label(const Annotations& annotations,
                                                        std::string_view file,
                                                        const std::string& place);

}  // namespace vggflow
