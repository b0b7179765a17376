#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/export.h"
#include "base/params.h"

namespace vggflow {

/// Where encoded images come from. Ids 0 ... size()-1 are ranks in (class, file name) byte order,
/// whatever the container; labels are ranks of the class names in byte order. Immutable and shared:
/// every method may be called by any number of threads.
class Dataset {
 public:
  virtual ~Dataset() = default;
  [[nodiscard]] virtual std::size_t size() const = 0;
  /// Class names by label.
  [[nodiscard]] virtual const std::vector<std::string>& classes() const = 0;
  [[nodiscard]] virtual std::int32_t label(std::uint64_t id) const = 0;
  /// "class/file" or the path as listed; valid as long as the dataset.
  [[nodiscard]] virtual std::string_view name(std::uint64_t id) const = 0;
  /// The file's bytes; `buffer` keeps its memory between calls. Error (system or data) with the
  /// name.
  virtual void read(std::uint64_t id, std::vector<std::byte>& buffer) const = 0;
  /// Tells the operating system that these images will be read soon. Never fails.
  virtual void will_need(std::uint64_t id) const { static_cast<void>(id); }
  /// For people: "tar imagenette224-train.tar, 9469 images, 10 classes".
  [[nodiscard]] virtual std::string description() const = 0;
};

/// Where a source is opened.
struct SourcePlace {
  std::filesystem::path base;   ///< where relative paths start
  std::filesystem::path cache;  ///< folder of cached indexes; empty: nothing is cached
};

/// A kind of source, by the key that names it in a spec: `folder`, `tar`, `ilsvrc` ...
struct SourceSchema {
  std::string_view key;
  std::string_view doc;
  std::vector<std::string_view> also;  ///< further keys it reads (`root` of `list`)
  /// `params` is the whole map of the source.
  std::function<std::unique_ptr<Dataset>(Params& params, const SourcePlace& place)> open;
};

class VGGFLOW_API SourceRegistry {
 public:
  [[nodiscard]] static SourceRegistry& instance();
  void add(SourceSchema schema);
  [[nodiscard]] const std::vector<SourceSchema>& all() const { return schemas_; }

 private:
  std::vector<SourceSchema> schemas_;
};

struct SourceRegistration {
  explicit SourceRegistration(SourceSchema schema) {
    SourceRegistry::instance().add(std::move(schema));
  }
};

/// Error (spec) unless the map names one known kind of source and no key that it does not read.
/// Opens nothing.
VGGFLOW_API void check_source(Params source);

/// Opens `{folder: P}`, `{tar: P}`, `{list: P, root: P}`, `{ilsvrc: P, split: train|val}`,
/// `{webdataset: [P, ...]}`, `{generated: {...}}`. Indexes of large containers are kept in `cache`
/// and loaded from there as long as the containers stay as they are. Error (spec) for an unknown or
/// missing kind, Error (system/data) for what is not there, is damaged, is empty, or has an empty
/// class.
[[nodiscard]] VGGFLOW_API std::unique_ptr<Dataset> open_dataset(
    Params source, const std::filesystem::path& base, const std::filesystem::path& cache = {});

}  // namespace vggflow
