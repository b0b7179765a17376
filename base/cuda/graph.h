#pragma once

#include <functional>

#include "base/cuda/stream.h"
#include "base/unique_handle.h"

namespace vggflow::cuda {

struct GraphExecTraits {
  using Handle = cudaGraphExec_t;
  static Handle none() { return nullptr; }
  static void close(Handle handle) noexcept { static_cast<void>(cudaGraphExecDestroy(handle)); }
};

/// Work that is the same each time: launched kernel by kernel the first time, when libraries still
/// set themselves up, recorded the second time, and from then on started as one CUDA graph. It may
/// neither allocate, nor wait, nor depend on anything but what lies in the card's memory.
class VGGFLOW_API RecordedWork {
 public:
  void run(const Stream& stream, const std::function<void()>& work);
  /// To be recorded anew: an address has changed.
  void forget();

 private:
  void record(const Stream& stream, const std::function<void()>& work);

  bool warm_ = false;
  UniqueHandle<GraphExecTraits> graph_;
};

}  // namespace vggflow::cuda
