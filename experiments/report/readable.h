#pragma once

#include <optional>
#include <string>

#include "base/error.h"

namespace vggflow {

/// What was read, or why it cannot be: a damaged file costs a report one line.
template <class T>
struct Readable {
  std::optional<T> value;
  std::string why_not;  ///< set where there is no value
};

template <class Read>
[[nodiscard]] auto readable(const Read& read) -> Readable<decltype(read())> {
  try {
    return {read(), {}};
  } catch (const Error& error) {
    return {std::nullopt, error.what()};
  }
}

}  // namespace vggflow
