#include "nets/onednn/device.h"

#include <omp.h>

#include <cstdlib>
#include <new>

#include "base/error.h"

namespace vggflow::onednn {

void Buffer::Free::operator()(void* memory) const noexcept { std::free(memory); }

bool Buffer::reserve(std::size_t bytes) {
  constexpr std::size_t kAlignment_bytes = 4096;
  if (bytes <= bytes_) return false;
  const auto rounded = (bytes + kAlignment_bytes - 1) / kAlignment_bytes * kAlignment_bytes;
  data_.reset();
  bytes_ = 0;
  data_.reset(std::aligned_alloc(kAlignment_bytes, rounded));
  if (!data_) throw std::bad_alloc();
  bytes_ = rounded;
  return true;
}

ThreadScope::ThreadScope(int threads) : before_(omp_get_max_threads()) {
  omp_set_num_threads(threads > 0 ? threads : omp_get_num_procs());
}

ThreadScope::~ThreadScope() { omp_set_num_threads(before_); }

Call::Call(Device& device, const Planned& planned, const Arguments& arguments)
    : device_(&device), primitive_(planned.primitive), name_(planned.name) {
  for (const auto& [argument, memory] : arguments) {
    memories_.push_back(memory);
    arguments_.push_back({argument, memory.get()});
  }
  scratch_bytes_ = planned.scratchpad.get_size();
  if (scratch_bytes_ == 0) return;
  device.scratch.reserve(scratch_bytes_);
  scratch_ = device.unbound(planned.scratchpad);
  arguments_.push_back({DNNL_ARG_SCRATCHPAD, scratch_.get()});
}

void Call::rebind(int argument, const dnnl::memory& memory) {
  for (std::size_t i = 0; i < memories_.size(); ++i) {
    if (arguments_[i].arg != argument) continue;
    memories_[i] = memory;
    arguments_[i].memory = memory.get();
  }
}

void Call::run() {
  // Another plan may have made the shared scratch memory grow, and move, since the last time.
  if (scratch_bytes_ > 0 && scratch_.get_data_handle() != device_->scratch.data()) {
    scratch_.set_data_handle(device_->scratch.data());
  }
  const auto status =
      dnnl_primitive_execute(primitive_.get(), device_->stream.get(),
                             static_cast<int>(arguments_.size()), arguments_.data());
  if (status != dnnl_success) {
    throw Error(Origin::engine, name_ + ": oneDNN failed with status " + std::to_string(status));
  }
}

dnnl::memory PingPong::next(const Desc& desc) {
  memories_.push_back(device_->unbound(desc));
  return memories_.back();
}

void PingPong::bind(Buffer& even, Buffer& odd) {
  Buffer* buffers[2] = {&even, &odd};
  for (std::size_t i = 0; i < memories_.size(); ++i) {
    buffers[i % 2]->reserve(memories_[i].get_desc().get_size());
  }
  if (bound_[0] == even.data() && bound_[1] == odd.data()) return;
  for (std::size_t i = 0; i < memories_.size(); ++i) {
    memories_[i].set_data_handle(buffers[i % 2]->data());
  }
  bound_[0] = even.data();
  bound_[1] = odd.data();
}

}  // namespace vggflow::onednn
