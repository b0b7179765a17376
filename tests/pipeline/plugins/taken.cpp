#include "pipeline/stage.h"

namespace vggflow {
namespace {

const StageRegistration kRegistered{{.name = "flip", .doc = "Another flip", .make = {}}};

}  // namespace
}  // namespace vggflow
