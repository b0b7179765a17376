#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "pipeline/dataset.h"
#include "stages/codec/encode_jpeg.h"
#include "tests/stages/test_images.h"

namespace vggflow::testing {

/// Encoded images in memory, in the order given; labels and classes are those of the names.
class EncodedDataset final : public Dataset {
 public:
  /// "class/file"; classes must come in byte order.
  void add(const std::string& name, std::vector<std::byte> encoded) {
    const std::string of = name.substr(0, name.find('/'));
    if (classes_.empty() || classes_.back() != of) classes_.push_back(of);
    add_labelled(name, static_cast<std::int32_t>(classes_.size()) - 1, std::move(encoded));
  }
  void add_labelled(const std::string& name, std::int32_t label, std::vector<std::byte> encoded) {
    names_.push_back(name);
    labels_.push_back(label);
    files_.push_back(std::move(encoded));
  }
  void name_classes(std::vector<std::string> classes) { classes_ = std::move(classes); }
  [[nodiscard]] std::vector<std::byte>& file(std::uint64_t id) { return files_[id]; }

  std::size_t size() const override { return files_.size(); }
  const std::vector<std::string>& classes() const override { return classes_; }
  std::int32_t label(std::uint64_t id) const override { return labels_[id]; }
  std::string_view name(std::uint64_t id) const override { return names_[id]; }
  void read(std::uint64_t id, std::vector<std::byte>& buffer) const override {
    ++*reads_;
    buffer = files_[id];
    if (buffer.empty()) throw Error(Origin::system, "cannot open", names_[id]);
  }
  std::string description() const override {
    return "memory, " + std::to_string(size()) + " images, " + std::to_string(classes_.size()) +
           " classes";
  }
  /// How many there were, also of those it was copied from.
  [[nodiscard]] int reads() const { return *reads_; }

 private:
  std::shared_ptr<std::atomic<int>> reads_ = std::make_shared<std::atomic<int>>(0);
  std::vector<std::string> classes_;
  std::vector<std::string> names_;
  std::vector<std::int32_t> labels_;
  std::vector<std::vector<std::byte>> files_;
};

/// `count` JPEGs of sizes around 60x40 in three classes.
inline EncodedDataset jpeg_dataset(int count) {
  EncodedDataset dataset;
  for (int i = 0; i < count; ++i) {
    const Image picture =
        test_picture({40 + i * 7 % 31, 30 + i * 5 % 23}, static_cast<std::uint32_t>(i));
    dataset.add("c" + std::to_string(3 * i / count) + "/" + std::to_string(1000 + i) + ".JPEG",
                encode_jpeg(picture.view(), 90));
  }
  return dataset;
}

/// Cut within its last row of blocks: nothing above it is damaged.
inline void cut_end(std::vector<std::byte>& jpeg) { jpeg.resize(jpeg.size() - 20); }

/// A folder of its own for every test, removed afterwards.
class DatasetFolder : public ::testing::Test {
 protected:
  DatasetFolder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "vggflow-pack-XXXXXX").string();
    root_ = ::mkdtemp(pattern.data());
  }
  ~DatasetFolder() override {
    std::error_code ignored;
    std::filesystem::remove_all(root_, ignored);
  }
  [[nodiscard]] std::filesystem::path folder(const std::string& name) const { return root_ / name; }

  static std::string text_of(const std::filesystem::path& path) {
    std::ostringstream text;
    text << std::ifstream(path, std::ios::binary).rdbuf();
    return text.str();
  }
  /// Every file in a folder: name -> bytes.
  static std::map<std::string, std::string> files_in(const std::filesystem::path& dir) {
    std::map<std::string, std::string> files;
    for (const auto& entry : std::filesystem::directory_iterator(dir)) {
      files[entry.path().filename().string()] = text_of(entry.path());
    }
    return files;
  }

 private:
  std::filesystem::path root_;
};

}  // namespace vggflow::testing
