#include "base/error.h"

#include <cerrno>
#include <system_error>
#include <utility>

namespace vggflow {

Error::Error(Origin origin, const std::string& message, std::string place)
    : std::runtime_error(place.empty() ? message : place + ": " + message),
      origin_(origin),
      place_(std::move(place)),
      message_(message) {}

int Error::exit_code() const noexcept {
  if (origin_ == Origin::stopped) return 75;  // EX_TEMPFAIL: worth another try
  return origin_ == Origin::usage || origin_ == Origin::spec ? 2 : 1;
}

Error system_error(const std::string& what, const std::string& place) {
  return {Origin::system, what + ": " + std::generic_category().message(errno), place};
}

}  // namespace vggflow
