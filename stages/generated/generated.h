#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>

#include "base/export.h"
#include "base/params.h"
#include "pipeline/dataset.h"

namespace vggflow {

/// A synthetic set of JPEGs whose classes are told apart by shape and texture only:
/// "00_plain_disc", "01_striped_disc", ...
struct GeneratedOptions {
  int classes = 10;
  int images = 200;     ///< of each class, for training
  int val_images = 50;  ///< of each class, for scoring
  std::uint64_t seed = 1;
  int min_side = 72;   ///< px; of the short side
  int max_side = 160;  ///< px; of the long side
};

enum class GeneratedSplit { train, val };

/// Reads the keys of `generated` but `split`: classes, images, val_images, seed, min_side,
/// max_side. Does not call `finish`.
[[nodiscard]] VGGFLOW_API GeneratedOptions read_generated_options(Params& params);

/// The bounds of the same keys, for options that come from elsewhere: Error (usage).
VGGFLOW_API void require_valid(const GeneratedOptions& options);

/// Draws and encodes an image whenever it is read. The bytes of an image depend on nothing but
/// seed, split, class, its number within the class and the bounds of the sides.
[[nodiscard]] VGGFLOW_API std::unique_ptr<Dataset> open_generated(const GeneratedOptions& options,
                                                                  GeneratedSplit split);

/// Writes the same images, under the same ids, as DIR/train/CLASS/NUMBER.jpg and DIR/val/...; both
/// folders appear when they are whole, `train` last. Error (usage) for options out of bounds; Error
/// (system) if `dir` exists and is not an empty folder, or cannot be written. What a killed run has
/// left in `dir` counts as nothing and is removed.
VGGFLOW_API void generate_dataset(const GeneratedOptions& options, const std::filesystem::path& dir,
                                  int workers);

}  // namespace vggflow
