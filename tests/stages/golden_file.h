#pragma once

#include <fstream>
#include <string>

#include "base/image.h"

namespace vggflow::testing {

/// A file of tests/stages/golden, read from its start; little-endian machines only.
class GoldenFile {
 public:
  explicit GoldenFile(const std::string& name)
      : file_(std::string(VGGFLOW_GOLDEN_DIR) + "/" + name, std::ios::binary) {}

  /// False when there is no more.
  template <class Plain>
  [[nodiscard]] bool read(Plain& into) {
    return static_cast<bool>(file_.read(reinterpret_cast<char*>(&into), sizeof into));
  }
  [[nodiscard]] Image image(Size size) {
    Image image(size);
    file_.read(reinterpret_cast<char*>(image.view().data), size.area() * kChannels);
    return image;
  }

 private:
  std::ifstream file_;
};

}  // namespace vggflow::testing
