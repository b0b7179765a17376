#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "base/export.h"
#include "pipeline/dataset.h"

namespace vggflow {

/// Small JPEGs of the images that an experiment was evaluated on.
class VGGFLOW_API Thumbnails {
 public:
  /// Opens data.val of FOLDER/spec.yaml; its relative paths start at `data`. Indexes are cached
  /// where a run keeps them, beside FOLDER. Error (spec, data, system) for what is not there.
  Thumbnails(const std::filesystem::path& folder, const std::filesystem::path& data);

  /// The whole image at a short side of at most 120 px, the middle of it where it is longer than
  /// twice that. Error (data) when the data set has another image in that place, or it is damaged.
  [[nodiscard]] std::vector<std::byte> jpeg(std::uint64_t id, const std::string& name) const;

 private:
  std::unique_ptr<Dataset> dataset_;
};

}  // namespace vggflow
