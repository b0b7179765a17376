#include "stages/dataset/pack_folder.h"

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <fstream>
#include <utility>

#include "base/atomic_file.h"
#include "base/error.h"
#include "stages/dataset/pack_manifest.h"
#include "stages/dataset/shard_file.h"

namespace vggflow {
namespace {

namespace fs = std::filesystem;

constexpr const char* kClasses = "classes.txt";

std::string class_lines(const Dataset& dataset) {
  std::string lines;
  for (const std::string& name : dataset.classes()) {
    if (name.find('\n') != std::string::npos) {
      throw Error(Origin::data, "a class has a line break in its name, and " +
                                    std::string(kClasses) + " has a line for each");
    }
    lines += name + "\n";
  }
  return lines;
}

bool is_there(const fs::path& path) {
  std::error_code failure;
  const bool exists = fs::exists(path, failure);
  if (failure) throw Error(Origin::system, "cannot be used: " + failure.message(), path.string());
  return exists;
}

/// For one line of fields between tabs.
std::string one_line(std::string text) {
  std::ranges::replace_if(
      text, [](unsigned char letter) { return letter < 0x20 || letter == 0x7F; }, ' ');
  return text;
}

}  // namespace

PackFolder::PackFolder(const Dataset& dataset, fs::path dir, const PackOptions& options)
    : dir_(std::move(dir)) {
  const std::string classes = class_lines(dataset);
  const std::string manifest = pack_manifest(dataset, options);
  lock_.emplace(dir_);
  write_manifest(dir_, manifest);
  if (!is_there(dir_ / kClasses)) write_text_atomically(dir_ / kClasses, classes);
  const auto each = static_cast<std::uint64_t>(options.shard_images);
  shards_ = (dataset.size() + each - 1) / each;
}

fs::path PackFolder::shard(std::uint64_t index) const {
  char name[32];
  std::snprintf(name, sizeof name, "shard-%06llu.tar", static_cast<unsigned long long>(index));
  return dir_ / name;
}

std::vector<std::uint64_t> PackFolder::missing() const {
  std::vector<std::uint64_t> missing;
  for (std::uint64_t index = 0; index < shards_; ++index) {
    if (!is_whole_shard(shard(index))) missing.push_back(index);
  }
  return missing;
}

DroppedList::DroppedList(fs::path path) : path_(std::move(path)) {
  if (!is_there(path_)) return;
  std::ifstream in(path_, std::ios::binary);
  for (std::string line; std::getline(in, line);) {
    std::uint64_t id = 0;
    const auto [end, failure] = std::from_chars(line.data(), line.data() + line.size(), id);
    if (failure != std::errc{} || *end != '\t') {
      throw Error(Origin::data, "got the line '" + line + "'; allowed: ID NAME REASON",
                  path_.string());
    }
    lines_[id] = line + "\n";
  }
  if (in.bad() || !in.eof()) throw system_error("cannot read", path_.string());
}

void DroppedList::forget(std::uint64_t begin, std::uint64_t end) {
  lines_.erase(lines_.lower_bound(begin), lines_.lower_bound(end));
}

void DroppedList::add(const FailedSample& image) {
  lines_[image.id] =
      std::to_string(image.id) + "\t" + one_line(image.name) + "\t" + one_line(image.reason) + "\n";
}

void DroppedList::save() const {
  std::string text;
  for (const auto& [id, line] : lines_) text += line;
  write_text_atomically(path_, text);
}

}  // namespace vggflow
