#pragma once

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "base/batch.h"
#include "pipeline/dataset.h"
#include "tests/stages/test_images.h"

namespace vggflow::testing {

/// The files of another data set, or the first of them, read once.
class InMemory final : public Dataset {
 public:
  InMemory(const Dataset& from, std::size_t most)
      : classes_(from.classes()), files_(std::min(most, from.size())) {
    for (std::uint64_t id = 0; id < files_.size(); ++id) {
      from.read(id, files_[id]);
      names_.emplace_back(from.name(id));
      labels_.push_back(from.label(id));
    }
  }
  [[nodiscard]] std::size_t size() const override { return files_.size(); }
  [[nodiscard]] const std::vector<std::string>& classes() const override { return classes_; }
  [[nodiscard]] std::int32_t label(std::uint64_t id) const override { return labels_[id]; }
  [[nodiscard]] std::string_view name(std::uint64_t id) const override { return names_[id]; }
  void read(std::uint64_t id, std::vector<std::byte>& buffer) const override {
    buffer.assign(files_[id].begin(), files_[id].end());
  }
  [[nodiscard]] std::string description() const override { return "in memory"; }

 private:
  std::vector<std::string> classes_;
  std::vector<std::vector<std::byte>> files_;
  std::vector<std::string> names_;
  std::vector<std::int32_t> labels_;
};

inline std::shared_ptr<const Dataset> in_memory(const Dataset& from, std::size_t most = 1U << 20) {
  return std::make_shared<InMemory>(from, most);
}

/// Puts the slots of `part` behind those of `whole`.
inline void append(Batch& whole, const Batch& part) {
  const auto add = [](auto& to, const auto& from) {
    to.insert(to.end(), from.begin(), from.end());
  };
  add(whole.pixels, part.pixels);
  add(whole.colour, part.colour);
  add(whole.labels, part.labels);
  add(whole.ids, part.ids);
  add(whole.views, part.views);
  add(whole.weights, part.weights);
}

}  // namespace vggflow::testing
