#include "nets/cudnn/memory_plan.h"

#include <algorithm>
#include <numeric>
#include <utility>

namespace vggflow::cudnn {
namespace {

std::size_t aligned(std::size_t bytes) {
  return (bytes + MemoryPlan::kAlignment - 1) / MemoryPlan::kAlignment * MemoryPlan::kAlignment;
}

bool meet(const Blob& a, const Blob& b) { return a.first <= b.last && b.first <= a.last; }

}  // namespace

void Blob::use(int moment) {
  first = std::min(first, moment);
  last = std::max(last, moment);
}

MemoryPlan::MemoryPlan(std::vector<Blob> blobs) : offsets_(blobs.size()) {
  for (Blob& blob : blobs) blob.bytes = aligned(blob.bytes);
  std::vector<std::size_t> order(blobs.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return blobs[a].bytes > blobs[b].bytes; });
  std::vector<std::size_t> placed;
  for (const std::size_t blob : order) {
    place(blob, blobs, placed);
    placed.push_back(blob);
  }
}

void MemoryPlan::place(std::size_t blob, const std::vector<Blob>& blobs,
                       const std::vector<std::size_t>& placed) {
  std::vector<std::pair<std::size_t, std::size_t>> taken;  // begin, end
  for (const std::size_t other : placed) {
    if (!meet(blobs[blob], blobs[other])) continue;
    taken.emplace_back(offsets_[other], offsets_[other] + blobs[other].bytes);
  }
  std::sort(taken.begin(), taken.end());
  std::size_t at = 0;
  for (const auto& [begin, end] : taken) {
    if (at + blobs[blob].bytes <= begin) break;
    at = std::max(at, end);
  }
  offsets_[blob] = at;
  bytes_ = std::max(bytes_, at + blobs[blob].bytes);
}

}  // namespace vggflow::cudnn
