#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/value.h"
#include "pipeline/dataset.h"

namespace vggflow::testing {

namespace fs = std::filesystem;

/// A folder of its own for every test, removed afterwards, and what the tests of sources share.
class DatasetFiles : public ::testing::Test {
 protected:
  DatasetFiles() {
    std::string pattern = (fs::temp_directory_path() / "vggflow-dataset-XXXXXX").string();
    root_ = ::mkdtemp(pattern.data());
  }
  ~DatasetFiles() override {
    std::error_code ignored;
    fs::remove_all(root_, ignored);
  }

  fs::path write(const fs::path& name, std::string_view bytes) const {
    const fs::path path = root_ / name;
    fs::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << bytes;
    return path;
  }

  /// Runs a shell command in the test's folder.
  void shell(const std::string& command) const {
    const std::string line = "cd '" + root_.string() + "' && " + command;
    ASSERT_EQ(std::system(line.c_str()), 0) << line;
  }

  using Entries = std::initializer_list<std::pair<const char*, std::string>>;

  std::unique_ptr<Dataset> open(Entries entries, const fs::path& cache = {}) const {
    Value source = Value::map();
    for (const auto& [key, text] : entries) {
      Value& entry = source[key] = Value::text(text);
      entry.file = "spec.yaml";
      entry.line = 7;
    }
    return open_dataset(Params(source, "data.train"), root_, cache);
  }

  /// "" when the source opens.
  std::string error_of(Entries entries, Origin origin) const {
    try {
      open(entries);
    } catch (const Error& error) {
      EXPECT_EQ(error.origin(), origin) << error.what();
      return error.what();
    }
    return "";
  }

  static std::string bytes_of(const Dataset& dataset, std::uint64_t id) {
    std::vector<std::byte> buffer;
    dataset.read(id, buffer);
    return {reinterpret_cast<const char*>(buffer.data()), buffer.size()};
  }

  static std::vector<std::string> names_of(const Dataset& dataset) {
    std::vector<std::string> names;
    for (std::uint64_t id = 0; id < dataset.size(); ++id) names.emplace_back(dataset.name(id));
    return names;
  }

  /// Ids, labels, names, classes and bytes.
  static void expect_same(const Dataset& dataset, const Dataset& expected) {
    EXPECT_EQ(dataset.classes(), expected.classes());
    ASSERT_EQ(names_of(dataset), names_of(expected));
    for (std::uint64_t id = 0; id < expected.size(); ++id) {
      EXPECT_EQ(dataset.label(id), expected.label(id)) << expected.name(id);
      EXPECT_EQ(bytes_of(dataset, id), bytes_of(expected, id)) << expected.name(id);
    }
  }

  const fs::path& root() const { return root_; }

 private:
  fs::path root_;
};

}  // namespace vggflow::testing
