#include "pipeline/dataset/index.h"

#include <algorithm>
#include <set>
#include <tuple>
#include <utility>

#include "base/error.h"

namespace vggflow {

void IndexBuilder::append(std::string_view prefix, std::string_view name, std::int32_t label,
                          ByteRange range) {
  const std::uint64_t begin = index_.names_.size();
  index_.names_ += prefix;
  if (!prefix.empty()) index_.names_ += '/';
  index_.names_ += name;
  const auto bytes = static_cast<std::uint32_t>(index_.names_.size() - begin);
  index_.entries_.push_back({begin, range, bytes, label});
}

void IndexBuilder::add(std::string_view class_name, std::string_view file, ByteRange range) {
  auto known = order_met_.find(class_name);
  if (known == order_met_.end()) {
    const auto next = static_cast<std::int32_t>(order_met_.size());
    known = order_met_.emplace(class_name, next).first;
  }
  append(class_name, file, known->second, range);
}

void IndexBuilder::add_labelled(std::string_view name, std::int32_t label, ByteRange range) {
  append({}, name, label, range);
}

IndexBuilder IndexBuilder::joined(std::vector<IndexBuilder>&& parts) {
  std::size_t names_bytes = 0;
  std::size_t images = 0;
  for (const IndexBuilder& part : parts) {
    names_bytes += part.index_.names_.size();
    images += part.index_.size();
  }
  IndexBuilder whole;
  whole.index_.names_.reserve(names_bytes);
  whole.index_.entries_.reserve(images);
  for (IndexBuilder& part : parts) {
    const std::uint64_t begin = whole.index_.names_.size();
    whole.index_.names_ += part.index_.names_;
    for (Index::Entry entry : part.index_.entries_) {
      entry.name_begin += begin;
      whole.index_.entries_.push_back(entry);
    }
    part = IndexBuilder();  // as one grows the other goes: no moment holds both whole
  }
  return whole;
}

std::int32_t IndexBuilder::labels() const {
  std::set<std::int32_t> labels;
  for (const Index::Entry& entry : index_.entries_) labels.insert(entry.label);
  return static_cast<std::int32_t>(labels.size());
}

void IndexBuilder::sort() {
  // Images of one class share the prefix "class/", so whole names order like file names.
  // string_view compares as unsigned bytes.
  std::stable_sort(index_.entries_.begin(), index_.entries_.end(),
                   [&](const Index::Entry& a, const Index::Entry& b) {
                     return std::tuple(a.label, index_.name(a)) <
                            std::tuple(b.label, index_.name(b));
                   });
  index_.names_.shrink_to_fit();
  index_.entries_.shrink_to_fit();
}

Index IndexBuilder::build() && {
  std::vector<std::int32_t> rank_of(order_met_.size());
  for (const auto& [name, met] : order_met_) {
    rank_of[static_cast<std::size_t>(met)] = static_cast<std::int32_t>(index_.classes_.size());
    index_.classes_.push_back(name);
  }
  for (Index::Entry& entry : index_.entries_) {
    entry.label = rank_of[static_cast<std::size_t>(entry.label)];
  }
  sort();
  return std::move(index_);
}

Index IndexBuilder::build(std::vector<std::string> classes) && {
  index_.classes_ = std::move(classes);
  sort();
  return std::move(index_);
}

void refuse_twice(const Index& index, const std::string& place) {
  for (std::uint64_t id = 1; id < index.size(); ++id) {
    if (index.name(id) != index.name(id - 1)) continue;
    throw Error(Origin::data, "occurs twice", place + ": " + std::string(index.name(id)));
  }
}

}  // namespace vggflow
