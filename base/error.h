#pragma once

#include <stdexcept>
#include <string>

#include "base/export.h"

namespace vggflow {

/// Where an error comes from; it decides the exit code of the command.
enum class Origin {
  usage,    ///< the command line: exit code 2
  spec,     ///< a spec's text or what it asks for: exit code 2
  data,     ///< an image, a data set, a weights or results file: exit code 1
  system,   ///< the operating system or a library: exit code 1
  engine,   ///< a net's computation: exit code 1
  stopped,  ///< a signal, at a place from where the same command goes on: exit code 75
};

/// The one exception of vggflow. The message says what is wrong and what is allowed; the place says
/// where ("specs/D.yaml:12", "train.tar: n01440764/x.JPEG").
class VGGFLOW_API Error : public std::runtime_error {
 public:
  Error(Origin origin, const std::string& message, std::string place = {});

  [[nodiscard]] Origin origin() const noexcept { return origin_; }
  [[nodiscard]] const std::string& place() const noexcept { return place_; }
  [[nodiscard]] const std::string& message() const noexcept { return message_; }
  [[nodiscard]] int exit_code() const noexcept;

 private:
  Origin origin_;
  std::string place_;
  std::string message_;
};

/// An Error of origin `system` for `errno`: "cannot open PATH: No such file or directory".
[[nodiscard]] VGGFLOW_API Error system_error(const std::string& what, const std::string& place);

/// "a, b or c" — for messages that say what is allowed.
template <class Range>
[[nodiscard]] std::string joined(const Range& names, const char* last = " or ") {
  std::string text;
  std::size_t left = std::size(names);
  for (const auto& name : names) {
    text += name;
    --left;
    if (left > 1) text += ", ";
    if (left == 1) text += last;
  }
  return text;
}

}  // namespace vggflow
