#pragma once

#include <cstddef>
#include <memory>
#include <oneapi/dnnl/dnnl.hpp>
#include <string>
#include <utility>
#include <vector>

#include "base/export.h"
#include "nets/onednn/primitives.h"

namespace vggflow::onednn {

/// Floats or bytes aligned for vector loads. Never shrinks; growing loses the contents.
class Buffer {
 public:
  /// True when the memory moved.
  bool reserve(std::size_t bytes);
  [[nodiscard]] void* data() const { return data_.get(); }
  [[nodiscard]] std::size_t bytes() const { return bytes_; }

 private:
  struct Free {
    VGGFLOW_API void operator()(void* memory) const noexcept;
  };
  std::unique_ptr<void, Free> data_;
  std::size_t bytes_ = 0;
};

/// The processor as oneDNN sees it, and the scratch memory that all primitives share.
struct Device {
  dnnl::engine engine{dnnl::engine::kind::cpu, 0};
  dnnl::stream stream{engine};
  Buffer scratch;

  [[nodiscard]] dnnl::memory allocate(const Desc& desc) const { return {desc, engine}; }
  /// To be bound to memory later.
  [[nodiscard]] dnnl::memory unbound(const Desc& desc) const {
    return {desc, engine, DNNL_MEMORY_NONE};
  }
};

/// Sets the number of compute threads of the calling thread, and back.
class ThreadScope {
 public:
  /// 0: as many as the machine has.
  explicit ThreadScope(int threads);
  ~ThreadScope();
  ThreadScope(const ThreadScope&) = delete;
  ThreadScope& operator=(const ThreadScope&) = delete;

 private:
  int before_;
};

/// A primitive with its arguments. The arguments are kept as the C interface wants them, because
/// the C++ one builds a map and a vector on every execution.
class Call {
 public:
  using Arguments = std::vector<std::pair<int, dnnl::memory>>;

  Call() = default;
  Call(Device& device, const Planned& planned, const Arguments& arguments);
  /// Another memory for one of the arguments.
  void rebind(int argument, const dnnl::memory& memory);
  /// Error (engine) naming the primitive.
  void run();

 private:
  Device* device_ = nullptr;
  dnnl::primitive primitive_;
  std::vector<dnnl::memory> memories_;  // keeps what arguments_ points to
  std::vector<dnnl_exec_arg_t> arguments_;
  dnnl::memory scratch_;
  std::size_t scratch_bytes_ = 0;
  std::string name_;
};

/// Memory for a chain of tensors of which only two live at once: every next one goes where the one
/// before the last was.
class PingPong {
 public:
  explicit PingPong(const Device& device) : device_(&device) {}
  [[nodiscard]] dnnl::memory next(const Desc& desc);
  /// Puts all that next() gave into these two, growing them if they must.
  void bind(Buffer& even, Buffer& odd);

 private:
  const Device* device_;
  std::vector<dnnl::memory> memories_;
  const void* bound_[2] = {};
};

[[nodiscard]] inline float* floats(const dnnl::memory& memory) {
  return static_cast<float*>(memory.get_data_handle());
}

}  // namespace vggflow::onednn
