// webdataset: tar shards of samples KEY.jpg and KEY.cls.
#include <fcntl.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/file_descriptor.h"
#include "pipeline/dataset/file_bytes.h"
#include "pipeline/dataset/index_cache.h"
#include "pipeline/dataset/indexed.h"
#include "pipeline/dataset/label_text.h"
#include "pipeline/dataset/shard_folder.h"
#include "pipeline/dataset/webdataset_index.h"

namespace vggflow {
namespace {

namespace fs = std::filesystem;

/// Opens the shard for each image: a set may have more shards than a process may have open files.
class WebDataset final : public IndexedDataset {
 public:
  WebDataset(std::vector<IndexedShard> shards, Index index)
      : IndexedDataset("webdataset", description_of(shards), std::move(index)),
        shards_(std::move(shards)) {}

  void read(std::uint64_t id, std::vector<std::byte>& buffer) const override {
    const ByteRange range = index().range(id);
    const IndexedShard& shard = shard_of(range);
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
    const IndexedShard& shard = shard_of(range);
    const FileDescriptor fd(::open(shard.path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!fd) return;  // reading will tell
    static_cast<void>(::posix_fadvise(fd.get(), static_cast<off_t>(range.offset - shard.begin),
                                      static_cast<off_t>(range.bytes), POSIX_FADV_WILLNEED));
  }

 private:
  static fs::path description_of(const std::vector<IndexedShard>& shards) {
    const fs::path first = shards.front().path;
    if (shards.size() == 1) return first;
    return first.filename().string() + " ... (" + std::to_string(shards.size()) + " shards)";
  }

  [[nodiscard]] const IndexedShard& shard_of(ByteRange range) const {
    return *std::prev(std::ranges::upper_bound(shards_, range.offset, {}, &IndexedShard::begin));
  }

  std::vector<IndexedShard> shards_;
};

constexpr ParamSpec kWebdataset{.key = "webdataset",
                                .doc = "the shards, tars or folders of them; one or a list"};
constexpr ParamSpec kClasses{.key = "classes",
                             .doc = "number of classes; the shards may then leave some empty",
                             .min = 1,
                             .max = 1 << 24};

/// What the source's entries come to.
struct Named {
  std::vector<fs::path> shards;
  std::vector<fs::path> containers;  ///< all that was read: shards, folders and their classes.txt
  std::vector<std::string> classes;  ///< of the folders; empty: none says
};

void add_folder(const fs::path& folder, Named& named) {
  const std::vector<fs::path> shards = shards_in(folder);
  named.shards.insert(named.shards.end(), shards.begin(), shards.end());
  named.containers.push_back(folder);
  const fs::path names = class_names_in(folder);
  if (names.empty()) return;
  named.containers.push_back(names);
  std::vector<std::string> classes = read_class_names(names);
  if (!named.classes.empty() && classes != named.classes) {
    throw Error(Origin::data, "names other classes than that of another folder of the source",
                names.string());
  }
  named.classes = std::move(classes);
}

[[noreturn]] void refuse_entries(const Params& params, const std::string& got) {
  params.fail(kWebdataset.key,
              got + "allowed: the path of a shard or a list of paths, each of a tar or of a " +
                  "folder of them");
}

void add_entry(const std::string& entry, const fs::path& base, const Params& params, Named& named) {
  const fs::path path = (base / entry).lexically_normal();
  std::error_code ignored;
  if (fs::is_directory(path, ignored)) {
    add_folder(path, named);
  } else if (entry.find_first_of("*?[{") != std::string::npos && !fs::exists(path, ignored)) {
    refuse_entries(params, "got '" + entry + "', and patterns are not expanded; ");
  } else {
    named.shards.push_back(path);
  }
}

Named named_shards(Params& params, const fs::path& base) {
  const Value* value = params.value(kWebdataset.key);
  const bool list = value->kind == Value::Kind::list;
  const std::vector<Value> items = list ? value->items : std::vector<Value>{*value};
  if (items.empty()) refuse_entries(params, "");
  Named named;
  for (const Value& item : items) {
    if (item.kind != Value::Kind::scalar || item.scalar.empty()) refuse_entries(params, "");
    add_entry(item.scalar, base, params, named);
  }
  auto sorted = named.shards;
  std::ranges::sort(sorted);
  const auto twice = std::ranges::adjacent_find(sorted);
  if (twice != sorted.end()) {
    params.fail(kWebdataset.key, "names the shard " + twice->string() + " twice");
  }
  named.containers.insert(named.containers.end(), named.shards.begin(), named.shards.end());
  return named;
}

/// Class names by label; empty: as many as the labels say.
std::vector<std::string> classes_of(Params& params, Named& named) {
  if (!params.has(kClasses.key)) return std::move(named.classes);
  const auto count = static_cast<std::int32_t>(params.integer(kClasses));
  if (named.classes.empty()) return numbered_classes(count);
  if (named.classes.size() == static_cast<std::size_t>(count)) return std::move(named.classes);
  params.fail(kClasses.key,
              "got " + std::to_string(count) + ", but the folder's classes.txt names " +
                  std::to_string(named.classes.size()) + "; allowed: that, or no 'classes'");
}

std::vector<IndexedShard> shards_of(const std::vector<fs::path>& paths) {
  std::vector<IndexedShard> shards;
  std::uint64_t begin = 0;
  for (const fs::path& path : paths) {
    shards.push_back({path.string(), begin});
    begin += file_size(open_for_reading(path.string()).get(), path.string());
  }
  return shards;
}

std::unique_ptr<Dataset> open_webdataset(Params& params, const SourcePlace& place) {
  Named named = named_shards(params, place.base);
  const std::vector<std::string> classes = classes_of(params, named);
  IndexOrigin origin{"webdataset " + std::to_string(classes.size()), named.containers};
  for (const fs::path& path : named.shards) origin.source += " " + fs::absolute(path).string();
  std::vector<IndexedShard> shards = shards_of(named.shards);
  Index index =
      cached_index(place.cache, origin, [&] { return index_webdataset(shards, classes); });
  return std::make_unique<WebDataset>(std::move(shards), std::move(index));
}

const SourceRegistration kRegistration{
    {.key = "webdataset",
     .doc = "WebDataset shards, tars of KEY.jpg (.jpeg, .png) and KEY.cls, read in place; or "
            "folders of them, whose classes.txt names the classes",
     .also = {kClasses.key},
     .open = open_webdataset}};

}  // namespace
}  // namespace vggflow
