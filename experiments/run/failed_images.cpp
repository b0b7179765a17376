#include "experiments/run/failed_images.h"

#include "base/log.h"

namespace vggflow {

void warn_as_they_fail(FlowOptions& options, const std::string& what_became_of_them) {
  if (options.on_error == OnError::fail) return;
  options.on_failure = [what_became_of_them](const FailedSample& image) {
    warn_of_failed(what_became_of_them, image);
  };
}

void warn_of_failed(const std::string& what_became_of_it, const FailedSample& image) {
  log_warning(what_became_of_it + ": " + image.name + ": " + image.reason);
}

void warn_of_failed(const std::string& what_became_of_them, std::size_t count,
                    const std::filesystem::path& list) {
  if (count == 0) return;
  log_warning(what_became_of_them + ": " + std::to_string(count) + " images in all, listed in " +
              list.string());
}

}  // namespace vggflow
