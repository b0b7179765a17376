#include "pipeline/tbb_version.h"

#include <tbb/version.h>

namespace vggflow {

std::string tbb_version() { return std::string("oneTBB ") + TBB_runtime_version(); }

}  // namespace vggflow
