#pragma once

#include <cstdio>
#include <stdexcept>
#include <string>
#include <vector>

namespace vggflow {

/// What a script of the system's Python prints; it has to succeed.
inline std::string oracle(const std::string& script, const std::vector<std::string>& arguments) {
  std::string command = "/usr/bin/python3 '" + script + "'";
  for (const std::string& argument : arguments) command += " '" + argument + "'";
  std::FILE* pipe = ::popen(command.c_str(), "r");
  if (pipe == nullptr) throw std::runtime_error("cannot run " + command);
  std::string printed;
  char bytes[4096];
  for (std::size_t n = 0; (n = std::fread(bytes, 1, sizeof bytes, pipe)) > 0;) {
    printed.append(bytes, n);
  }
  if (::pclose(pipe) != 0) throw std::runtime_error(command + " failed");
  return printed;
}

}  // namespace vggflow
