#include "base/cuda/graph.h"

namespace vggflow::cuda {
namespace {

struct GraphTraits {
  using Handle = cudaGraph_t;
  static Handle none() { return nullptr; }
  static void close(Handle handle) noexcept { static_cast<void>(cudaGraphDestroy(handle)); }
};

}  // namespace

void RecordedWork::run(const Stream& stream, const std::function<void()>& work) {
  if (!warm_) {
    work();
    warm_ = true;
    return;
  }
  if (!graph_) record(stream, work);
  check(cudaGraphLaunch(graph_.get(), stream.get()), "cudaGraphLaunch");
}

void RecordedWork::forget() {
  warm_ = false;
  graph_.reset();
}

void RecordedWork::record(const Stream& stream, const std::function<void()>& work) {
  check(cudaStreamBeginCapture(stream.get(), cudaStreamCaptureModeThreadLocal),
        "cudaStreamBeginCapture");
  cudaGraph_t made = nullptr;
  try {
    work();
  } catch (...) {
    // Whatever was recorded is of no use; the stream must be let go all the same.
    static_cast<void>(cudaStreamEndCapture(stream.get(), &made));
    if (made) GraphTraits::close(made);
    throw;
  }
  check(cudaStreamEndCapture(stream.get(), &made), "cudaStreamEndCapture");
  const UniqueHandle<GraphTraits> graph(made);
  cudaGraphExec_t exec = nullptr;
  check(cudaGraphInstantiate(&exec, made, cudaGraphInstantiateFlagUseNodePriority),
        "cudaGraphInstantiate");
  graph_.reset(exec);
}

}  // namespace vggflow::cuda
