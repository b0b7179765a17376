#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/export.h"

namespace vggflow {

/// A row of the development kit's table of classes.
struct Synset {
  std::int64_t id = 0;        ///< ILSVRC2012_ID, from 1; the ground truth's numbering
  std::string wnid;           ///< WordNet id, "n01440764"
  std::int64_t children = 0;  ///< 0: a class of the challenge; else it stands above some
};

/// Reads `synsets` (a struct array) of a development kit's meta.mat, MAT version 5, little endian.
/// Error (data) naming the path, the row and the field for what is no such file, is damaged or has
/// no such fields. Whatever the file claims, memory and time are bounded (see mat_check.h).
[[nodiscard]] VGGFLOW_API std::vector<Synset> read_meta_mat(const std::string& path);

}  // namespace vggflow
