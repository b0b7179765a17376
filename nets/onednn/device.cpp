#include "nets/onednn/device.h"

#include <omp.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <cstring>
#include <new>

#include "base/error.h"

namespace vggflow::onednn {
namespace {

constexpr std::size_t kCacheLine_bytes = 64;
constexpr std::size_t kHugePage_bytes = std::size_t{2} << 20;

std::atomic<std::size_t> total{0};

std::size_t rounded(std::size_t bytes, std::size_t unit) {
  return (bytes + unit - 1) / unit * unit;
}

std::size_t whole_pages(std::size_t bytes) {
  return rounded(bytes, static_cast<std::size_t>(sysconf(_SC_PAGESIZE)));
}

// Begins at the edge of a huge page; what was asked for too much, to find one, goes back.
void* map_pages(std::size_t bytes) {
  const auto wanted = whole_pages(bytes);
  void* all = mmap(nullptr, wanted + kHugePage_bytes, PROT_READ | PROT_WRITE,
                   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (all == MAP_FAILED) throw std::bad_alloc();
  auto* const begin = static_cast<char*>(all);
  const auto before = rounded(reinterpret_cast<std::size_t>(all), kHugePage_bytes) -
                      reinterpret_cast<std::size_t>(all);
  char* const data = begin + before;
  if (before > 0) munmap(begin, before);
  munmap(data + wanted, kHugePage_bytes - before);
  madvise(data, wanted, MADV_HUGEPAGE);  // a wish: small pages do as well
  return data;
}

void* allocate_zeros(std::size_t bytes) {
  if (bytes >= kHugePage_bytes) return map_pages(bytes);
  const auto wanted = rounded(bytes, kCacheLine_bytes);
  void* memory = std::aligned_alloc(kCacheLine_bytes, wanted);
  if (memory == nullptr) throw std::bad_alloc();
  std::memset(memory, 0, wanted);
  return memory;
}

}  // namespace

void Buffer::Free::operator()(void* memory) const noexcept {
  total -= bytes;
  if (bytes >= kHugePage_bytes) {
    munmap(memory, whole_pages(bytes));
  } else {
    std::free(memory);
  }
}

bool Buffer::reserve(std::size_t bytes) {
  if (bytes <= this->bytes()) return false;
  data_ = {nullptr, Free{}};
  data_ = {allocate_zeros(bytes), Free{bytes}};
  total += bytes;
  return true;
}

std::size_t Buffer::total_bytes() { return total; }

void* Device::allocate(std::size_t bytes, std::string_view what) {
  kept_.emplace_back();
  kept_.back().what = what;
  kept_.back().memory.reserve(bytes);
  return kept_.back().memory.data();
}

dnnl::memory Device::allocate(const Desc& desc, std::string_view what) {
  return {desc, engine, allocate(desc.get_size(), what)};
}

std::vector<MemoryItem> Device::memory() const {
  std::vector<MemoryItem> items;
  const auto add = [&](std::string_view what, const Buffer& memory) {
    if (memory.bytes() == 0) return;
    const auto known = std::find_if(items.begin(), items.end(),
                                    [&](const MemoryItem& item) { return item.what == what; });
    if (known != items.end()) {
      known->bytes += memory.bytes();
    } else {
      items.push_back({std::string(what), memory.bytes()});
    }
  };
  for (const Kept& kept : kept_) add(kept.what, kept.memory);
  add("difference buffers", even);
  add("difference buffers", odd);
  add("scratchpad", scratch);
  return items;
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
  odd_ = !odd_;
  tensors_.push_back({device_->unbound(desc), odd_});
  return tensors_.back().memory;
}

void PingPong::share(const dnnl::memory& memory) { tensors_.push_back({memory, odd_}); }

void PingPong::bind() {
  Buffer* blocks[2] = {&device_->even, &device_->odd};
  for (const Tensor& tensor : tensors_) {
    blocks[tensor.odd]->reserve(tensor.memory.get_desc().get_size());
  }
  if (bound_[0] == blocks[0]->data() && bound_[1] == blocks[1]->data()) return;
  for (Tensor& tensor : tensors_) tensor.memory.set_data_handle(blocks[tensor.odd]->data());
  bound_[0] = blocks[0]->data();
  bound_[1] = blocks[1]->data();
}

}  // namespace vggflow::onednn
