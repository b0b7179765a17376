// The texts that come with ILSVRC's validation images; the first byte says which.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/error.h"
#include "pipeline/dataset/devkit.h"
#include "pipeline/dataset/kaggle.h"

namespace {

void parse(std::uint8_t kind, std::string_view text) {
  using namespace vggflow;  // NOLINT
  if (kind % 3 == 0) {
    const DevkitClasses classes{{"n1", "n2", "n3"}, {"n1", "n2", "n3"}};
    static_cast<void>(devkit_annotations(classes, parse_ground_truth(text, "truth"), "truth"));
  } else if (kind % 3 == 1) {
    static_cast<void>(parse_synset_mapping(text, "mapping"));
  } else {
    static_cast<void>(kaggle_annotations({}, parse_val_solution(text, "solution"), "solution"));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  try {
    parse(data[0], {reinterpret_cast<const char*>(data) + 1, size - 1});
  } catch (const vggflow::Error&) {
  }
  return 0;
}
