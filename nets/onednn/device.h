#pragma once

#include <cstddef>
#include <deque>
#include <memory>
#include <oneapi/dnnl/dnnl.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/export.h"
#include "nets/engine.h"
#include "nets/onednn/primitives.h"

namespace vggflow::onednn {

/// Floats or bytes aligned for vector loads, zero at first. Large blocks take no memory before they
/// are touched, and lie in huge pages where the system has some. Never shrinks; growing loses the
/// contents.
class VGGFLOW_API Buffer {
 public:
  Buffer() = default;
  Buffer(const Buffer&) = delete;
  Buffer& operator=(const Buffer&) = delete;

  /// True when the memory moved.
  bool reserve(std::size_t bytes);
  [[nodiscard]] void* data() const { return data_.get(); }
  [[nodiscard]] std::size_t bytes() const { return data_.get_deleter().bytes; }
  /// Of all buffers of the process.
  [[nodiscard]] static std::size_t total_bytes();

 private:
  struct Free {
    std::size_t bytes;
    VGGFLOW_API void operator()(void* memory) const noexcept;
  };
  std::unique_ptr<void, Free> data_;
};

/// The processor as oneDNN sees it, and the memory that primitives work on.
struct VGGFLOW_API Device {
  dnnl::engine engine{dnnl::engine::kind::cpu, 0};
  dnnl::stream stream{engine};
  Buffer scratch;    ///< of whichever primitive runs
  Buffer even, odd;  ///< of tensors that do not last: see PingPong

  /// Zeros that stay as long as the device, kept under the name `what` in the account.
  [[nodiscard]] dnnl::memory allocate(const Desc& desc, std::string_view what);
  [[nodiscard]] void* allocate(std::size_t bytes, std::string_view what);
  /// To be bound to memory later.
  [[nodiscard]] dnnl::memory unbound(const Desc& desc) const {
    return {desc, engine, DNNL_MEMORY_NONE};
  }
  /// All of the above.
  [[nodiscard]] std::vector<MemoryItem> memory() const;

 private:
  struct Kept {
    std::string_view what;
    Buffer memory;
  };
  std::deque<Kept> kept_;
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
/// before the last was. All chains of a device share its two blocks, one chain at a time.
class PingPong {
 public:
  explicit PingPong(Device& device) : device_(&device) {}
  [[nodiscard]] dnnl::memory next(const Desc& desc);
  /// Puts `memory`, no larger, where the last tensor will be: for what is gone before that comes.
  void share(const dnnl::memory& memory);
  /// Puts all tensors into the blocks, growing them if they must.
  void bind();

 private:
  struct Tensor {
    dnnl::memory memory;
    bool odd = false;
  };
  Device* device_;
  std::vector<Tensor> tensors_;
  bool odd_ = true;  // where the last one is
  const void* bound_[2] = {};
};

[[nodiscard]] inline float* floats(const dnnl::memory& memory) {
  return static_cast<float*>(memory.get_data_handle());
}

}  // namespace vggflow::onednn
