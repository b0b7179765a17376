#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "pipeline/dataset.h"
#include "pipeline/dataset/index.h"

namespace vggflow {

/// A dataset that answers everything but `read` from its index.
class IndexedDataset : public Dataset {
 public:
  [[nodiscard]] std::size_t size() const override { return index_.size(); }
  [[nodiscard]] const std::vector<std::string>& classes() const override {
    return index_.classes();
  }
  [[nodiscard]] std::int32_t label(std::uint64_t id) const override { return index_.label(id); }
  [[nodiscard]] std::string_view name(std::uint64_t id) const override { return index_.name(id); }
  [[nodiscard]] std::string description() const override {
    return kind_ + " " + path_.filename().string() + ", " + std::to_string(size()) + " images, " +
           std::to_string(classes().size()) + " classes";
  }

 protected:
  IndexedDataset(std::string kind, std::filesystem::path path, Index index)
      : kind_(std::move(kind)), path_(std::move(path)), index_(std::move(index)) {
    if (!path_.has_filename()) path_ = path_.parent_path();  // "train/": described as "train"
  }

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  [[nodiscard]] const Index& index() const { return index_; }

 private:
  std::string kind_;
  std::filesystem::path path_;
  Index index_;
};

}  // namespace vggflow
