#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/export.h"
#include "pipeline/dataset/index.h"

namespace vggflow {

/// A name in a WebDataset shard: what comes before the first dot of the file name is the key, which
/// the files of one sample share, what comes behind it says what the file is.
struct SampleName {
  std::string_view key;        ///< with folders
  std::string_view extension;  ///< "jpg", "seg.png"; as written
};
/// Nothing for a file name without a dot, or that begins with one.
[[nodiscard]] VGGFLOW_API std::optional<SampleName> sample_name(std::string_view path);

/// A shard and where it begins in the sequence of all shards, bytes: an index of several files
/// gives offsets in that.
struct IndexedShard {
  std::string path;
  std::uint64_t begin = 0;
};

/// Indexes WebDataset shards, several at once: samples KEY.{jpg,jpeg,png} with KEY.cls, a label in
/// decimal; other files are left out. Names are the images' paths. `classes`: names by label, of
/// which some may have no image; empty: labels must be 0 ... n-1, each with an image, and their
/// names are the numbers. Error (data) naming the shard and the key
/// for a sample without image, without label or with two, a key met twice, a label that is no whole
/// number, and all that TarReader refuses.
[[nodiscard]] VGGFLOW_API Index index_webdataset(const std::vector<IndexedShard>& shards,
                                                 const std::vector<std::string>& classes);

}  // namespace vggflow
