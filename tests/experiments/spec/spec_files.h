#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <string>

#include "base/error.h"
#include "experiments/spec/spec.h"

namespace vggflow {

/// A folder of YAML files that is gone after the test.
class SpecFiles : public testing::Test {
 protected:
  SpecFiles() {
    std::string name = (std::filesystem::temp_directory_path() / "vggflow-spec-XXXXXX").string();
    folder_ = mkdtemp(name.data());
  }
  ~SpecFiles() override { std::filesystem::remove_all(folder_); }

  std::filesystem::path write(const std::string& name, const std::string& text) const {
    const auto path = folder_ / name;
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path) << text;
    return path;
  }
  [[nodiscard]] Value yaml(const std::string& text) const {
    return read_yaml(write("text.yaml", text));
  }
  [[nodiscard]] Spec spec(const std::string& text, const SpecEdits& edits = {}) const {
    return read_spec(write("spec.yaml", text), edits);
  }
  /// A message with the temporary folder left out: "spec.yaml:3: ...".
  [[nodiscard]] std::string error_of(const std::function<void()>& work,
                                     Origin origin = Origin::spec) const {
    try {
      work();
    } catch (const Error& error) {
      EXPECT_EQ(error.origin(), origin) << error.what();
      std::string text = error.what();
      const std::string prefix = folder_.string() + "/";
      for (auto at = text.find(prefix); at != std::string::npos; at = text.find(prefix)) {
        text.erase(at, prefix.size());
      }
      return text;
    }
    return "no error";
  }
  [[nodiscard]] std::string spec_error(const std::string& text) const {
    return error_of([&] { static_cast<void>(spec(text)); });
  }

  std::filesystem::path folder_;
};

/// The data without where it came from: structure, keys in order, scalars.
inline bool same_data(const Value& a, const Value& b) {
  if (a.kind != b.kind || a.scalar != b.scalar || a.items.size() != b.items.size() ||
      a.entries.size() != b.entries.size()) {
    return false;
  }
  for (std::size_t i = 0; i < a.items.size(); ++i) {
    if (!same_data(a.items[i], b.items[i])) return false;
  }
  for (std::size_t i = 0; i < a.entries.size(); ++i) {
    if (a.entries[i].first != b.entries[i].first) return false;
    if (!same_data(a.entries[i].second, b.entries[i].second)) return false;
  }
  return true;
}

}  // namespace vggflow
