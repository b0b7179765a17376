#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/export.h"
#include "pipeline/dataset_pass.h"

namespace vggflow {

struct PackOptions {
  int shard_images = 1000;          ///< in each shard but the last; >= 1
  std::optional<int> short_side{};  ///< px; larger pictures are shrunk to it, none is enlarged
  /// Of JPEG, 1 ... 100. Given, every image is encoded anew; else only those that are shrunk, at
  /// kPackQuality, and the others keep their bytes.
  std::optional<int> quality{};
  std::string profile = "pillow-bilinear";  ///< how pictures are shrunk: without aliasing
};

inline constexpr int kPackQuality = 90;

struct PackedDataset {
  std::uint64_t shards = 0;           ///< of the whole data set
  std::uint64_t shards_made = 0;      ///< by this call; the others were there
  std::vector<FailedSample> dropped;  ///< by this call
  std::uint64_t dropped_in_all = 0;   ///< by this call and those before it
  /// Names of the classes of which every image was dropped, once all shards are there.
  std::vector<std::string> emptied_classes;
  bool stopped = false;  ///< by PassOptions::stop; calling again goes on
};

/// Packs a data set into DIR/shard-000000.tar ..., WebDataset's form: of each image KEY.jpg (or
/// KEY.png) and KEY.cls, its label in digits; keys as in SampleKeys. Shard k holds the ids from
/// k * shard_images on, but for damaged images, which are dropped. Beside them: `pack.yaml` (what
/// made them), `classes.txt` (names by label, one a line) and `dropped.txt` (lines ID NAME REASON,
/// tabs between).
///
/// The bytes are a function of the data set and the options, whatever the number of workers. A
/// shard appears whole or not at all; what is missing or cut off in DIR is made, the rest stays,
/// and the end is the same as of one call that was never stopped. One process at a time.
///
/// Error (usage) for options out of bounds, or a DIR that holds anything but shards of the same
/// data set and options, or that another process is packing; Error (system) if it cannot be
/// written; Error (data) if the data set has no images or cannot be packed.
[[nodiscard]] VGGFLOW_API PackedDataset pack_dataset(const Dataset& dataset,
                                                     const std::filesystem::path& dir,
                                                     const PackOptions& options,
                                                     const PassOptions& how);

}  // namespace vggflow
