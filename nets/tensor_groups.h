#pragma once

#include <string>

#include "base/export.h"
#include "base/hdf5_file.h"
#include "nets/parameters.h"

namespace vggflow {

/// Each tensor as <group>/<layer>/{weight, bias}, f32; the group's attribute `tensors` keeps their
/// order, as a group lists its members by name. `group` is "/" or "/weights" ...
VGGFLOW_API void write_tensors(Hdf5File& file, const std::string& group,
                               const Parameters& parameters);
[[nodiscard]] VGGFLOW_API Parameters read_tensors(const Hdf5File& file, const std::string& group);

/// Error (data) unless the root's attribute `format` says that the file is `what` ("a weights
/// file").
VGGFLOW_API void check_format(const Hdf5File& file, const std::string& format,
                              const std::string& what);

}  // namespace vggflow
