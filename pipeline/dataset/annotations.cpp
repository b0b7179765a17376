#include "pipeline/dataset/annotations.h"

#include "base/error.h"

namespace vggflow {

std::int32_t validation_label(const Annotations& annotations, std::string_view file,
                              const std::string& place) {
  const auto found = annotations.validation.find(std::string(file.substr(0, file.rfind('.'))));
  if (found != annotations.validation.end()) return found->second;
  throw Error(Origin::data,
              "has no class in " + annotations.source + ", which tells those of " +
                  std::to_string(annotations.validation.size()) + " images",
              place);
}

}  // namespace vggflow
