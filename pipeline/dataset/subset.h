#pragma once

#include <algorithm>
#include <memory>

#include "pipeline/dataset.h"

namespace vggflow {

/// Some images of another data set, evenly spread over its order, and so over its classes: image i
/// of n is image floor(i * N / n) of N.
class Subset final : public Dataset {
 public:
  /// All of them where there are fewer.
  Subset(std::unique_ptr<Dataset> whole, std::uint64_t images)
      : whole_(std::move(whole)),
        size_(static_cast<std::size_t>(std::min<std::uint64_t>(images, whole_->size()))) {}

  [[nodiscard]] std::size_t size() const override { return size_; }
  [[nodiscard]] const std::vector<std::string>& classes() const override {
    return whole_->classes();
  }
  [[nodiscard]] std::int32_t label(std::uint64_t id) const override {
    return whole_->label(of_whole(id));
  }
  [[nodiscard]] std::string_view name(std::uint64_t id) const override {
    return whole_->name(of_whole(id));
  }
  void read(std::uint64_t id, std::vector<std::byte>& buffer) const override {
    whole_->read(of_whole(id), buffer);
  }
  void will_need(std::uint64_t id) const override { whole_->will_need(of_whole(id)); }
  [[nodiscard]] std::string description() const override {
    return std::to_string(size_) + " images of " + whole_->description();
  }

 private:
  [[nodiscard]] std::uint64_t of_whole(std::uint64_t id) const {
    return id * whole_->size() / size_;  // both are below 2^32
  }

  std::unique_ptr<Dataset> whole_;
  std::size_t size_;
};

}  // namespace vggflow
