#pragma once

#include <nvtx3/nvToolsExt.h>

namespace vggflow::cuda {

/// A named span of the calling thread in Nsight Systems' timeline; costs next to nothing without
/// it.
class NvtxRange {
 public:
  explicit NvtxRange(const char* name) { nvtxRangePushA(name); }
  ~NvtxRange() { nvtxRangePop(); }
  NvtxRange(const NvtxRange&) = delete;
  NvtxRange& operator=(const NvtxRange&) = delete;
};

}  // namespace vggflow::cuda
