#pragma once

#include <array>
#include <filesystem>
#include <string>
#include <vector>

#include "base/export.h"
#include "nets/parameters.h"

namespace vggflow {

/// What a scorer must know besides the weights; kept in weights.h5.
struct Preprocessing {
  std::array<double, 3> mean{};  ///< RGB, u8 levels
  std::array<double, 3> divisor{1, 1, 1};
  std::string channel_order = "RGB";
  std::string profile = "opencv-linear";  ///< resampling
  std::string scaled = "off";             ///< decoding at a scale before it: off or auto
};

struct Weights {
  Parameters parameters;
  std::string net;                       ///< its name
  int crop = 0;                          ///< training input side, px
  std::vector<std::string> class_names;  ///< may be empty
  Preprocessing preprocessing;
  std::string init_sha256 = {};  ///< `sha256` of the weights training started from; empty: random
  std::string training = {};     ///< what they were trained by, for people and comparisons
  std::string sha256 = {};       ///< over the tensors; filled by loading, ignored by saving
};

/// HDF5, written whole or not at all: /<layer>/weight and /<layer>/bias (f32, shapes of Caffe),
/// /class_names, the rest as attributes of the root, with the tensors' order and SHA-256.
VGGFLOW_API void save_weights(const std::filesystem::path& path, const Weights& weights);
/// Error (data) for a missing, damaged or foreign file.
[[nodiscard]] VGGFLOW_API Weights load_weights(const std::filesystem::path& path);
/// The same without reading the tensors: `parameters` is empty and `sha256` is as stored.
[[nodiscard]] VGGFLOW_API Weights load_weights_facts(const std::filesystem::path& path);

}  // namespace vggflow
