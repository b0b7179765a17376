#include "experiments/command/per_class.h"

#include "base/error.h"

namespace vggflow {

int images_per_class(const std::string& flag, int images, int classes) {
  if (classes < 1) {
    throw Error(Origin::usage,
                "--classes: got " + std::to_string(classes) + "; allowed: at least 1");
  }
  if (images >= classes && images % classes == 0) return images / classes;
  throw Error(Origin::usage, flag + ": got " + std::to_string(images) + ", which " +
                                 std::to_string(classes) + " classes cannot share evenly; " +
                                 "allowed: a positive multiple of " + std::to_string(classes));
}

}  // namespace vggflow
