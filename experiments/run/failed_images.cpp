#include "experiments/run/failed_images.h"

#include <span>

#include "base/log.h"

namespace vggflow {

void warn_of_failed(const std::string& what_became_of_them, const std::vector<FailedSample>& failed,
                    const std::filesystem::path& list) {
  constexpr std::size_t kMostLines = 10;
  const std::size_t shown = std::min(failed.size(), kMostLines);
  for (const FailedSample& image : std::span(failed).first(shown)) {
    log_warning(what_became_of_them + ": " + image.name + ": " + image.reason);
  }
  if (shown == failed.size()) return;
  log_warning("... and " + std::to_string(failed.size() - shown) + " more, listed in " +
              list.string());
}

}  // namespace vggflow
