#pragma once

#include <exception>

#include "base/error.h"
#include "pipeline/planner.h"

namespace vggflow {

/// What is kept of an exception that one image caused in `step` ("read", "decode", a stage's name).
[[nodiscard]] inline FailedSample failed_sample(const Dataset& dataset, std::uint64_t id,
                                                std::string_view step,
                                                const std::exception& exception) {
  std::string name{dataset.name(id)};
  const auto* error = dynamic_cast<const Error*>(&exception);
  // The name is kept beside the reason: once is enough.
  const bool names_it = error != nullptr && error->place() == name;
  const std::string what = names_it ? error->message() : exception.what();
  return {id, std::move(name), std::string(step) + ": " + what};
}

}  // namespace vggflow
