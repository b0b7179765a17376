#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/folder_lock.h"
#include "pipeline/dataset.h"
#include "pipeline/planner.h"
#include "stages/dataset/pack.h"

namespace vggflow {

/// The folder of shards: what may be in it, and what it lacks.
class PackFolder {
 public:
  /// Takes a new or empty folder, or one of the same manifest, and locks it; writes pack.yaml and
  /// classes.txt where they are missing. Errors as pack_dataset().
  PackFolder(const Dataset& dataset, std::filesystem::path dir, const PackOptions& options);

  [[nodiscard]] std::uint64_t shards() const { return shards_; }
  [[nodiscard]] std::filesystem::path shard(std::uint64_t index) const;
  /// Those that are not there yet or not whole, in order.
  [[nodiscard]] std::vector<std::uint64_t> missing() const;

 private:
  std::filesystem::path dir_;
  std::optional<FolderLock> lock_;  // taken last: nothing is made for a data set that cannot be
  std::uint64_t shards_ = 0;
};

/// dropped.txt. It is written before the shard which lacks those images, so whatever a kill leaves,
/// it has the lines of every shard that is there.
class DroppedList {
 public:
  /// Reads the file if there is one. Error (data) for lines of another form.
  explicit DroppedList(std::filesystem::path path);
  /// Forgets the ids in [begin, end): they are looked at again.
  void forget(std::uint64_t begin, std::uint64_t end);
  void add(const FailedSample& image);
  void save() const;
  [[nodiscard]] std::size_t size() const { return lines_.size(); }
  [[nodiscard]] bool has(std::uint64_t id) const { return lines_.contains(id); }

 private:
  std::filesystem::path path_;
  std::map<std::uint64_t, std::string> lines_;  // by id
};

}  // namespace vggflow
