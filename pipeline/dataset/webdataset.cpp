// webdataset: tar shards of samples KEY.jpg and KEY.cls.
#include <fcntl.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/file_descriptor.h"
#include "pipeline/dataset/file_bytes.h"
#include "pipeline/dataset/index_cache.h"
#include "pipeline/dataset/indexed.h"
#include "pipeline/dataset/webdataset_index.h"

namespace vggflow {
namespace {

namespace fs = std::filesystem;

/// Opens the shard for each image: a set may have more shards than a process may have open files.
class WebDataset final : public IndexedDataset {
 public:
  WebDataset(std::vector<Shard> shards, Index index)
      : IndexedDataset("webdataset", description_of(shards), std::move(index)),
        shards_(std::move(shards)) {}

  void read(std::uint64_t id, std::vector<std::byte>& buffer) const override {
    const ByteRange range = index().range(id);
    const Shard& shard = shard_of(range);
    const FileDescriptor fd = open_for_reading(shard.path);
    buffer.resize(range.bytes);
    try {
      read_at(fd.get(), range.offset - shard.begin, buffer, {});
    } catch (const Error& error) {  // put together only now, as by TarDataset
      throw Error(error.origin(), error.message(), shard.path + ": " + std::string(name(id)));
    }
  }

  void will_need(std::uint64_t id) const override {
    const ByteRange range = index().range(id);
    const Shard& shard = shard_of(range);
    const FileDescriptor fd(::open(shard.path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!fd) return;  // reading will tell
    static_cast<void>(::posix_fadvise(fd.get(), static_cast<off_t>(range.offset - shard.begin),
                                      static_cast<off_t>(range.bytes), POSIX_FADV_WILLNEED));
  }

 private:
  static fs::path description_of(const std::vector<Shard>& shards) {
    const fs::path first = shards.front().path;
    if (shards.size() == 1) return first;
    return first.filename().string() + " ... (" + std::to_string(shards.size()) + " shards)";
  }

  [[nodiscard]] const Shard& shard_of(ByteRange range) const {
    return *std::prev(std::ranges::upper_bound(shards_, range.offset, {}, &Shard::begin));
  }

  std::vector<Shard> shards_;
};

constexpr ParamSpec kWebdataset{.key = "webdataset", .doc = "the shards, tars; one or a list"};
constexpr ParamSpec kClasses{.key = "classes",
                             .doc = "number of classes; the shards may then leave some empty",
                             .min = 1,
                             .max = 1 << 24};

std::vector<fs::path> shard_paths(Params& params, const fs::path& base) {
  const Value* value = params.value(kWebdataset.key);
  const bool list = value->kind == Value::Kind::list;
  const std::vector<Value> items = list ? value->items : std::vector<Value>{*value};
  std::vector<fs::path> paths;
  for (const Value& item : items) {
    if (item.kind != Value::Kind::scalar || item.scalar.empty()) break;
    paths.push_back((base / item.scalar).lexically_normal());
  }
  if (items.empty() || paths.size() != items.size()) {
    params.fail(kWebdataset.key, "allowed: the path of a shard or a list of paths");
  }
  auto sorted = paths;
  std::ranges::sort(sorted);
  const auto twice = std::ranges::adjacent_find(sorted);
  if (twice != sorted.end()) {
    params.fail(kWebdataset.key, "names the shard " + twice->string() + " twice");
  }
  return paths;
}

std::vector<Shard> shards_of(const std::vector<fs::path>& paths) {
  std::vector<Shard> shards;
  std::uint64_t begin = 0;
  for (const fs::path& path : paths) {
    shards.push_back({path.string(), begin});
    begin += file_size(open_for_reading(path.string()).get(), path.string());
  }
  return shards;
}

std::unique_ptr<Dataset> open_webdataset(Params& params, const SourcePlace& place) {
  const std::vector<fs::path> paths = shard_paths(params, place.base);
  std::optional<std::int32_t> classes;
  if (params.has(kClasses.key)) classes = static_cast<std::int32_t>(params.integer(kClasses));
  IndexOrigin origin{"webdataset " + std::to_string(classes.value_or(0)), paths};
  for (const fs::path& path : paths) origin.source += " " + fs::absolute(path).string();
  std::vector<Shard> shards = shards_of(paths);
  Index index =
      cached_index(place.cache, origin, [&] { return index_webdataset(shards, classes); });
  return std::make_unique<WebDataset>(std::move(shards), std::move(index));
}

const SourceRegistration kRegistration{
    {.key = "webdataset",
     .doc = "WebDataset shards, tars of KEY.jpg (.jpeg, .png) and KEY.cls, read in place",
     .also = {kClasses.key},
     .open = open_webdataset}};

}  // namespace
}  // namespace vggflow
