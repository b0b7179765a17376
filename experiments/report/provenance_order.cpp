#include "experiments/report/provenance_order.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace vggflow {

Provenance in_reading_order(const Provenance& provenance) {
  static constexpr std::array<std::string_view, 7> kFirst{
      "seed", "version", "commit", "device", "libraries", "started", "ended"};
  Provenance ordered;
  for (const auto& entry : provenance) {
    if (entry.first != "spec") ordered.push_back(entry);
  }
  const auto place = [](const auto& entry) {
    return std::ranges::find(kFirst, entry.first) - kFirst.begin();
  };
  std::ranges::stable_sort(ordered, {}, place);
  return ordered;
}

}  // namespace vggflow
