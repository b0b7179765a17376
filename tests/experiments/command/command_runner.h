#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace vggflow::testing {

struct CommandResult {
  int exit_code = 0;
  std::string out;
  std::string err;
};

/// Runs the built `vggflow` with these arguments; waits for it.
[[nodiscard]] CommandResult run_vggflow(const std::vector<std::string>& arguments);
/// Runs any program found on PATH.
[[nodiscard]] CommandResult run_program(const std::vector<std::string>& command);

[[nodiscard]] std::string file_text(const std::filesystem::path& path);
void write_file(const std::filesystem::path& path, const std::string& text);

/// A folder of its own, removed at the end.
class ScratchFolder {
 public:
  ScratchFolder();
  ~ScratchFolder();
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;
  [[nodiscard]] std::filesystem::path operator/(const std::string& name) const {
    return path_ / name;
  }
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

/// A spec that trains in about a second: a net of two small convolutions on generated images of
/// three classes. `more` is appended.
[[nodiscard]] std::string tiny_spec(const std::string& name, const std::string& more = "");

}  // namespace vggflow::testing
