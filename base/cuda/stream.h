#pragma once

#include "base/cuda/runtime.h"
#include "base/export.h"
#include "base/unique_handle.h"

namespace vggflow::cuda {

struct EventTraits {
  using Handle = cudaEvent_t;
  static Handle none() { return nullptr; }
  static void close(Handle handle) noexcept { static_cast<void>(cudaEventDestroy(handle)); }
};

struct StreamTraits {
  using Handle = cudaStream_t;
  static Handle none() { return nullptr; }
  static void close(Handle handle) noexcept { static_cast<void>(cudaStreamDestroy(handle)); }
};

class Stream;

/// A mark in a stream's order. Not recorded yet, it counts as reached.
class VGGFLOW_API Event {
 public:
  enum class Kind { plain, timing };

  explicit Event(Kind kind = Kind::plain);
  void record(const Stream& stream);
  /// The same; recorded into a CUDA graph, the graph marks it each time it runs.
  void record_in_graph(const Stream& stream);
  /// True once all before the mark is done.
  [[nodiscard]] bool reached() const;
  void wait() const;  ///< the calling thread sleeps until then
  /// Milliseconds from `begin` to here; both of Kind::timing and reached.
  [[nodiscard]] float ms_since(const Event& begin) const;
  [[nodiscard]] cudaEvent_t get() const { return handle_.get(); }

 private:
  UniqueHandle<EventTraits> handle_;
};

/// Work in order, beside that of other streams: none of them is the default stream.
class VGGFLOW_API Stream {
 public:
  enum class Priority { normal, high };

  explicit Stream(Priority priority = Priority::normal);
  [[nodiscard]] cudaStream_t get() const { return handle_.get(); }
  /// What follows here starts after the event.
  void wait_for(const Event& event) const;
  void synchronize() const;  ///< the calling thread waits for all so far

 private:
  UniqueHandle<StreamTraits> handle_;
};

}  // namespace vggflow::cuda
