#include "pipeline/stage.h"

extern "C" int vggflow_test_is_nowhere();

namespace vggflow {
namespace {

const StageRegistration kRegistered{
    {.name = vggflow_test_is_nowhere() != 0 ? "a" : "b", .doc = "Cannot be linked", .make = {}}};

}  // namespace
}  // namespace vggflow
