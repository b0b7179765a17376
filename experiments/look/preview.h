#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

#include "base/export.h"
#include "base/image.h"
#include "experiments/spec/spec.h"

namespace vggflow {

struct PreviewOptions {
  std::filesystem::path data = ".";     ///< where relative paths of `data:` start
  std::filesystem::path cache = {};     ///< folder of cached indexes; empty: nothing is cached
  std::uint64_t images = 64;            ///< the first of epoch 0, in its order; fewer if there are
  std::vector<std::uint64_t> ids = {};  ///< these images instead
  std::uint32_t epochs = 1;             ///< from 0 on; more than one: a row of them for each image
  int cell_px = 0;  ///< side of a picture on the sheet; 0: as it is, small ones enlarged
};

/// A contact sheet of what the training stages make of `data.train`: the very bytes of the batches,
/// drawn by a flow from the same order with the same random numbers. A picture is shown as the net
/// gets it but with the normalisation undone (times the divisor, plus the mean), rounded and cut to
/// u8: so colour maps show and the mean does not. A failed image is an empty cell that says why,
/// whatever the spec's `on_error`. Error (spec) if the stages make pictures of many sizes, (usage)
/// for an id that is not there or a sheet that would be huge.
[[nodiscard]] VGGFLOW_API Image preview(const Spec& spec, const PreviewOptions& options);

}  // namespace vggflow
