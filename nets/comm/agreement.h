#pragma once

#include <functional>
#include <string>

#include "base/export.h"
#include "nets/comm/communicator.h"

namespace vggflow {

/// The first process does it while the others wait for it; all get the text that it returns. An
/// Error that it throws is thrown by all of them: so they part as they met.
VGGFLOW_API std::string first_tells(Communicator& all, const std::function<std::string()>& tell);

/// Likewise, of what gives nothing back.
VGGFLOW_API void first_does(Communicator& all, const std::function<void()>& work);

/// Likewise, of a yes or a no.
[[nodiscard]] VGGFLOW_API bool first_says(Communicator& all, const std::function<bool()>& ask);

}  // namespace vggflow
