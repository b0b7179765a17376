#include "pipeline/dataset/index_cache.h"

#include <sys/stat.h>

#include <optional>
#include <system_error>

#include "base/error.h"
#include "base/log.h"
#include "base/sha256.h"
#include "pipeline/dataset/index_file.h"

namespace vggflow {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kNameDigits = 16;

/// "" if a container cannot be looked at: opening it will say why.
std::string key_of(const IndexOrigin& origin) {
  std::string key = origin.source + "\n";
  for (const fs::path& path : origin.containers) {
    std::error_code failure;
    const fs::path whole = fs::absolute(path, failure);
    struct stat status {};
    if (failure || ::stat(whole.c_str(), &status) != 0) return "";
    key += whole.string() + "\t" + std::to_string(status.st_size) + "\t" +
           std::to_string(status.st_mtim.tv_sec) + "." + std::to_string(status.st_mtim.tv_nsec) +
           "\n";
  }
  return key;
}

/// One file per source: when it changes, its old index goes.
fs::path file_of(const fs::path& folder, const IndexOrigin& origin) {
  Sha256 sha;
  sha.update(origin.source);
  return folder / (sha.hex().substr(0, kNameDigits) + ".index");
}

void save(const fs::path& file, const std::string& key, const Index& index) {
  try {
    IndexFile::save(file, key, index);
  } catch (const Error& error) {
    log_warning(std::string("the index is not cached: ") + error.what());
  }
}

}  // namespace

Index cached_index(const fs::path& folder, const IndexOrigin& origin,
                   const std::function<Index()>& make) {
  if (folder.empty()) return make();
  const fs::path file = file_of(folder, origin);
  const std::string key = key_of(origin);
  if (std::optional<Index> known = IndexFile::load(file, key); known && !key.empty()) {
    return std::move(*known);
  }
  Index index = make();
  // What changed meanwhile may be half in the index.
  if (!key.empty() && key == key_of(origin)) save(file, key, index);
  return index;
}

}  // namespace vggflow
