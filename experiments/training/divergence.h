#pragma once

#include <cstdint>
#include <cstdio>
#include <string>

namespace vggflow {

/// `on_nan: reload` lowers the rate by this factor each time, and gives up after so many.
inline constexpr double kReloadFactor = 0.5;
inline constexpr int kMostReloads = 8;

/// The loss or the weights of an iteration are no numbers any more.
struct Diverged {
  std::uint64_t iteration = 0;  ///< from 1
  double rate = 0;
  std::string what;
};

[[nodiscard]] inline std::string rate_text(double rate) {
  char text[32];
  std::snprintf(text, sizeof text, "%.6g", rate);
  return text;
}

[[nodiscard]] inline std::string text_of(const Diverged& diverged) {
  return diverged.what + " at iteration " + std::to_string(diverged.iteration) +
         ", learning rate " + rate_text(diverged.rate);
}

}  // namespace vggflow
