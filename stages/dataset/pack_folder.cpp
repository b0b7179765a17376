#include "stages/dataset/pack_folder.h"

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <utility>

#include "base/atomic_file.h"
#include "base/error.h"
#include "base/sha256.h"
#include "stages/codec/jpeg_version.h"

namespace vggflow {
namespace {

namespace fs = std::filesystem;

constexpr const char* kManifest = "pack.yaml";
constexpr const char* kClasses = "classes.txt";

/// Classes, names and labels: another data set, another digest. (What the files hold is not
/// looked at: that would take as long as packing.)
std::string digest_of(const Dataset& dataset) {
  Sha256 sha;
  for (const std::string& name : dataset.classes()) sha.update(name + "\n");
  for (std::uint64_t id = 0; id < dataset.size(); ++id) {
    sha.update(dataset.name(id));
    sha.update(" " + std::to_string(dataset.label(id)) + "\n");
  }
  return sha.hex();
}

std::string encoding_of(const PackOptions& options) {
  const std::string quality = std::to_string(options.quality.value_or(kPackQuality));
  if (!options.short_side && !options.quality) return "encoding: as stored\n";
  std::string text = "encoding: JPEG of quality " + quality + ", " + jpeg_version() +
                     (options.quality ? "\n" : "; as stored where the size stays\n");
  if (options.short_side) {
    text += "short_side: " + std::to_string(*options.short_side) + "\nprofile: " + options.profile +
            "\n";
  }
  return text;
}

std::string manifest_of(const Dataset& dataset, const PackOptions& options) {
  return "# What made these shards; `vggflow dataset pack` adds no others to them.\n"
         "format: 1\n"
         "source: " +
         dataset.description() + "\nnames_sha256: " + digest_of(dataset) +
         "\nshard_images: " + std::to_string(options.shard_images) + "\n" + encoding_of(options);
}

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

std::string text_of(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(in), {}};
  if (!in) throw system_error("cannot read", path.string());
  return text;
}

/// Error unless `dir` is a new or an empty folder; what killed runs have left does not count.
void require_empty(const fs::path& dir) {
  std::error_code failure;
  if (!fs::exists(dir, failure)) return;
  fs::directory_iterator entry(dir, failure);
  for (; !failure && entry != fs::directory_iterator(); entry.increment(failure)) {
    if (is_leftover(entry->path().filename().string(), kManifest)) continue;
    throw Error(Origin::usage,
                "is not empty and holds no " + std::string(kManifest) +
                    "; allowed: a new or an empty folder, or one that was packed before",
                dir.string());
  }
  if (failure) {
    throw Error(Origin::system, "cannot look into the folder: " + failure.message(), dir.string());
  }
}

/// The first line in which the two differ, as "'short_side: 512' there, 'short_side: 256' wanted".
std::string difference(const std::string& there, const std::string& wanted) {
  const auto line = [](const std::string& text, std::size_t at) {
    const auto newline = at == 0 ? std::string::npos : text.rfind('\n', at - 1);
    const auto from = newline == std::string::npos ? 0 : newline + 1;
    return text.substr(from, text.find('\n', from) - from);
  };
  const auto [left, right] = std::ranges::mismatch(there, wanted);
  const auto at = static_cast<std::size_t>(left - there.begin());
  return "'" + line(there, at) + "' there, '" + line(wanted, at) + "' wanted";
}

bool is_there(const fs::path& path) {
  std::error_code failure;
  const bool exists = fs::exists(path, failure);
  if (failure) throw Error(Origin::system, "cannot be used: " + failure.message(), path.string());
  return exists;
}

void write_manifest(const fs::path& dir, const std::string& manifest) {
  const fs::path path = dir / kManifest;
  if (!is_there(path)) {
    require_empty(dir);
    return write_text_atomically(path, manifest);
  }
  const std::string there = text_of(path);
  if (there == manifest) return;
  throw Error(Origin::usage,
              "holds shards of another source or of other options: " + difference(there, manifest) +
                  "; allowed: the same command again, or another folder",
              dir.string());
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
  const auto each = static_cast<std::uint64_t>(options.shard_images);
  shards_ = (dataset.size() + each - 1) / each;
  const std::string classes = class_lines(dataset);
  write_manifest(dir_, manifest_of(dataset, options));
  if (!is_there(dir_ / kClasses)) write_text_atomically(dir_ / kClasses, classes);
}

fs::path PackFolder::shard(std::uint64_t index) const {
  char name[32];
  std::snprintf(name, sizeof name, "shard-%06llu.tar", static_cast<unsigned long long>(index));
  return dir_ / name;
}

std::vector<std::uint64_t> PackFolder::missing() const {
  std::vector<std::uint64_t> missing;
  for (std::uint64_t index = 0; index < shards_; ++index) {
    if (!is_there(shard(index))) missing.push_back(index);
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
