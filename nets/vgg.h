#pragma once

#include <string_view>
#include <vector>

#include "base/export.h"
#include "base/params.h"
#include "nets/net.h"

namespace vggflow {

/// What scales a paper net (Simonyan & Zisserman, table 1).
struct VggOptions {
  int crop = 224;              ///< input side, px; at least 32, halved (rounding down) five times
  int width_divisor = 1;       ///< channels 64 ... 512 divided by this
  int fully_connected = 4096;  ///< width of fc6 and fc7
  int classes = 1000;
  double dropout = 0.5;
};

/// "A", "A-LRN", "B", "C", "D", "E".
[[nodiscard]] VGGFLOW_API const std::vector<std::string_view>& vgg_letters();
/// The net of that letter. Layers are named as in the released Caffe models: conv1_1 ... fc8.
/// Error (spec) for another letter, listing the known.
[[nodiscard]] VGGFLOW_API Net vgg_net(std::string_view letter, const VggOptions& options);

/// Reads the `net:` section of a spec: `{config: D, crop: 224, width_divisor: 1, fully_connected:
/// 4096, classes: 1000, dropout: 0.5}`, or written out: `{name: N, crop: 56, layers: [{conv: {name:
/// conv1_1, outputs: 16, kernel: 3}}, relu, pool, {lrn: {size: 5, k: 2, alpha: 1e-4, beta: 0.75}},
/// {dropout: 0.5}, {fc: {name: fc6, outputs: 10}}]}`; `{pool: 3}` gives the window, 2 if left out.
/// `crop` may be left out where the spec gives it (`default_crop`, px; 0: it must be written).
/// `classes` of a written-out net may be left out; written, it must be the last layer's outputs.
/// Error (spec) with line and path.
[[nodiscard]] VGGFLOW_API Net read_net(Params section, int default_crop);

}  // namespace vggflow
