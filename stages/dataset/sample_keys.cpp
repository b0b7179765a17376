#include "stages/dataset/sample_keys.h"

#include <cstdio>
#include <unordered_map>
#include <unordered_set>

#include "base/error.h"

namespace vggflow {
namespace {

/// The name up to its last dot, unless that leads.
std::string_view stem(std::string_view file) {
  const auto dot = file.rfind('.');
  const auto slash = file.rfind('/');
  const auto begin = slash == std::string_view::npos ? 0 : slash + 1;
  return dot == std::string_view::npos || dot <= begin ? file : file.substr(0, dot);
}

/// Bytes of `reserved`, '%' and control characters as %XX.
std::string escaped(std::string_view text, std::string_view reserved) {
  std::string safe;
  for (const char letter : text) {
    const auto byte = static_cast<unsigned char>(letter);
    if (byte < 0x20 || byte == 0x7F || letter == '%' ||
        reserved.find(letter) != std::string_view::npos) {
      char code[4];
      std::snprintf(code, sizeof code, "%%%02X", byte);
      safe += code;
    } else {
      safe += letter;
    }
  }
  return safe;
}

std::string escaped_class(std::string_view name) {
  if (name.starts_with('.')) return "%2E" + escaped(name.substr(1), "/");
  return escaped(name, "/");
}

}  // namespace

SampleKeys::SampleKeys(const Dataset& dataset) : dataset_(dataset) {
  for (std::uint64_t begin = 0, end = 0; begin < dataset.size(); begin = end) {
    while (end < dataset.size() && dataset.label(end) == dataset.label(begin)) ++end;
    find_ambiguous(begin, end);
  }
}

void SampleKeys::find_ambiguous(std::uint64_t begin, std::uint64_t end) {
  // "1/a.jpg" and "a.jpg", both listed as of class 1: only the whole paths differ.
  if (share_a_file(begin, end)) whole_.insert(dataset_.label(begin));
  // How many of the class's files would be called so, with or without their ending.
  std::unordered_map<std::string_view, int> claims;
  for (std::uint64_t id = begin; id < end; ++id) {
    const std::string_view file = file_of(id);
    ++claims[file];
    if (stem(file) != file) ++claims[stem(file)];
  }
  for (std::uint64_t id = begin; id < end; ++id) {
    if (claims[stem(file_of(id))] > 1) ambiguous_.insert(id);
  }
}

bool SampleKeys::share_a_file(std::uint64_t begin, std::uint64_t end) const {
  std::unordered_set<std::string_view> names;
  std::unordered_set<std::string_view> files;
  for (std::uint64_t id = begin; id < end; ++id) {
    files.insert(file_of(id));
    if (names.insert(dataset_.name(id)).second) continue;
    throw Error(Origin::data, "occurs twice; allowed: each image once",
                std::string(dataset_.name(id)));
  }
  return files.size() < names.size();
}

std::string SampleKeys::operator[](std::uint64_t id) const {
  const std::string_view file = file_of(id);
  return escaped_class(class_of(id)) + "/" +
         escaped(ambiguous_.contains(id) ? file : stem(file), "./");
}

std::string_view SampleKeys::class_of(std::uint64_t id) const {
  return dataset_.classes()[static_cast<std::size_t>(dataset_.label(id))];
}

/// What stands after "class/"; of a listed path, all of it.
std::string_view SampleKeys::file_of(std::uint64_t id) const {
  const std::string_view name = dataset_.name(id);
  if (whole_.contains(dataset_.label(id))) return name;
  const std::string_view of = class_of(id);
  const bool in_class = name.starts_with(of) && name.substr(of.size()).starts_with('/');
  return in_class ? name.substr(of.size() + 1) : name;
}

}  // namespace vggflow
