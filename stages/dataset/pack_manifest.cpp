#include "stages/dataset/pack_manifest.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <vector>

#include "base/atomic_file.h"
#include "base/error.h"
#include "base/folder_lock.h"
#include "base/sha256.h"
#include "stages/codec/jpeg_version.h"

namespace vggflow {
namespace {

namespace fs = std::filesystem;

constexpr const char* kManifest = "pack.yaml";
constexpr std::uint64_t kLooks = 64;  // images; for a set of pictures, a moment

/// Classes, names and labels.
std::string names_digest(const Dataset& dataset) {
  Sha256 sha;
  for (const std::string& name : dataset.classes()) sha.update(name + "\n");
  for (std::uint64_t id = 0; id < dataset.size(); ++id) {
    sha.update(dataset.name(id));
    sha.update(" " + std::to_string(dataset.label(id)) + "\n");
  }
  return sha.hex();
}

/// What kLooks images hold, evenly spread: sources of the same names are told apart, wherever they
/// are. (All of them would take as long as packing.)
std::string images_digest(const Dataset& dataset) {
  Sha256 sha;
  std::vector<std::byte> encoded;
  const std::uint64_t looks = std::min<std::uint64_t>(kLooks, dataset.size());
  for (std::uint64_t i = 0; i < looks; ++i) {
    std::string size = "unreadable";
    try {
      dataset.read(i * dataset.size() / looks, encoded);
      size = std::to_string(encoded.size());
    } catch (const Error&) {
      encoded.clear();  // a bad image like any other: packing drops it
    }
    sha.update(size + "\n");
    sha.update({reinterpret_cast<const char*>(encoded.data()), encoded.size()});
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
    const std::string name = entry->path().filename().string();
    if (name == FolderLock::kName || is_leftover(name, kManifest)) continue;
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

}  // namespace

std::string pack_manifest(const Dataset& dataset, const PackOptions& options) {
  return "# What made these shards; `vggflow dataset pack` adds no others to them.\n"
         "format: 1\n"
         "source: " +
         dataset.description() + "\nnames_sha256: " + names_digest(dataset) +
         "\nimages_sha256: " + images_digest(dataset) +
         "\nshard_images: " + std::to_string(options.shard_images) + "\n" + encoding_of(options);
}

void write_manifest(const fs::path& dir, const std::string& manifest) {
  const fs::path path = dir / kManifest;
  std::error_code failure;
  const bool exists = fs::exists(path, failure);
  if (failure) throw Error(Origin::system, "cannot be used: " + failure.message(), path.string());
  if (!exists) {
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

}  // namespace vggflow
