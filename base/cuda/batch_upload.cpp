#include "base/cuda/batch_upload.h"

#include <algorithm>
#include <cstddef>
#include <deque>
#include <optional>
#include <utility>

#include "base/cuda/memory.h"
#include "base/cuda/nvtx.h"
#include "base/error.h"
#include "base/packed_batch.h"
#include "base/slot_pool.h"

namespace vggflow::cuda {
namespace {

/// Memory of one batch on both sides, and who has still to read it.
struct Slot {
  PinnedMemory host;
  DeviceMemory card;  // its release waits for what runs there
  Event ready;
  std::deque<Event> used;  // the first `users` of them, of the batch that is there now
  std::size_t users = 0;
};

int current_device() {
  int device = 0;
  check(cudaGetDevice(&device), "cudaGetDevice");
  return device;
}

}  // namespace

/// What batches on the card share with the upload.
class BatchUpload::Slots : public std::enable_shared_from_this<Slots> {
 public:
  explicit Slots(int depth) : free_(depth) {}

  void make_room();
  [[nodiscard]] std::shared_ptr<const DeviceBatch> start(const Batch& batch);
  void stop() noexcept { free_.stop(); }

 private:
  class Uploaded;
  void grow(Slot& slot, std::size_t bytes);

  int device_ = current_device();
  Stream stream_;
  SlotPool free_;
  std::deque<Slot> slots_;           // each keeps its place
  std::optional<std::size_t> next_;  // taken, and ready to be written
  std::size_t largest_ = 0;          // bytes, of the batches so far
};

/// Gives its slot back.
class BatchUpload::Slots::Uploaded final : public DeviceBatch {
 public:
  Uploaded(std::shared_ptr<Slots> slots, std::size_t index)
      : slots_(std::move(slots)), index_(index), slot_(slots_->slots_[index]) {}
  ~Uploaded() override { slots_->free_.give_back(index_); }

  void point_to(const PackedBatch& where) {
    const auto* block = slot_.card.as<const std::byte>();
    pixels = reinterpret_cast<const std::uint8_t*>(block + where.pixels);
    cuts = reinterpret_cast<const Cut*>(block + where.cuts);
    colour = reinterpret_cast<const float*>(block + where.colour);
    labels = reinterpret_cast<const std::int32_t*>(block + where.labels);
    weights = reinterpret_cast<const float*>(block + where.weights);
    ready = &slot_.ready;
  }

  void used_by(const Stream& stream) const override {
    if (slot_.users == slot_.used.size()) slot_.used.emplace_back();
    slot_.used[slot_.users].record(stream);
    ++slot_.users;
  }

 private:
  std::shared_ptr<Slots> slots_;
  std::size_t index_;
  Slot& slot_;
};

void BatchUpload::Slots::make_room() {
  if (next_) return;
  const NvtxRange range("upload: wait for room");
  check(cudaSetDevice(device_), "cudaSetDevice");
  const auto index = free_.take();
  if (!index) throw Error(Origin::stopped, "the upload was stopped");
  while (slots_.size() <= *index) slots_.emplace_back();
  next_ = index;
  Slot& slot = slots_[*index];
  slot.ready.wait();  // who let go of the batch may not have waited for it
  for (std::size_t user = 0; user < slot.users; ++user) slot.used[user].wait();
  slot.users = 0;
}

void BatchUpload::Slots::grow(Slot& slot, std::size_t bytes) {
  largest_ = std::max(largest_, bytes);
  if (slot.card.bytes() >= bytes) return;
  slot.host = {};
  slot.card = {};
  slot.host = PinnedMemory(largest_, "a batch on its way to the card");
  slot.card = DeviceMemory(largest_, "a batch");
}

std::shared_ptr<const DeviceBatch> BatchUpload::Slots::start(const Batch& batch) {
  make_room();
  const std::size_t index = *std::exchange(next_, std::nullopt);
  const auto uploaded = std::make_shared<Uploaded>(shared_from_this(), index);
  Slot& slot = slots_[index];
  const PackedBatch where = packed(batch);
  grow(slot, where.bytes);
  {
    const NvtxRange range("upload: pack");
    pack(batch, where, slot.host.as<std::byte>());
  }
  copy(slot.card.data(), slot.host.as<std::byte>(), where.bytes, stream_);
  slot.ready.record(stream_);
  uploaded->point_to(where);
  return uploaded;
}

BatchUpload::BatchUpload(int depth) : slots_(std::make_shared<Slots>(depth)) {}
BatchUpload::~BatchUpload() = default;
std::shared_ptr<const DeviceBatch> BatchUpload::start(const Batch& batch) {
  return slots_->start(batch);
}
void BatchUpload::make_room() { slots_->make_room(); }
void BatchUpload::stop() noexcept { slots_->stop(); }

}  // namespace vggflow::cuda
