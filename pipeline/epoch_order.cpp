#include "pipeline/epoch_order.h"

#include <numeric>
#include <utility>

#include "base/rng.h"

namespace vggflow {

std::vector<std::uint32_t> epoch_order(std::uint64_t seed, std::uint32_t epoch,
                                       std::uint32_t count) {
  std::vector<std::uint32_t> order(count);
  std::iota(order.begin(), order.end(), 0U);
  Rng rng(seed, "epoch-order", epoch, 0);
  // Fisher-Yates, written out: std::shuffle is free to differ between libraries.
  for (std::uint32_t left = count; left > 1; --left)
    std::swap(order[left - 1], order[rng.below(left)]);
  return order;
}

}  // namespace vggflow
