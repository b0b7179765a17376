#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "base/hdf5_file.h"
#include "base/hdf5_file_handles.h"

/// HDF5's types and shapes for those of Hdf5File.
namespace vggflow::hdf5 {

/// Constants of HDF5, not to be closed: native in memory, little-endian in the file.
[[nodiscard]] hid_t in_memory(Hdf5Type type);
[[nodiscard]] hid_t in_file(Hdf5Type type);

/// UTF-8; `width` bytes filled up with NUL, or H5T_VARIABLE.
[[nodiscard]] Type text_type(std::size_t width);
[[nodiscard]] bool is_variable_text(hid_t type);
/// The `count` texts that stand in `bytes`, each `width` bytes filled up with NUL.
[[nodiscard]] std::vector<std::string> texts_in(const std::string& bytes, std::size_t width,
                                                std::size_t count);

/// A compound; `type` is in_memory or in_file.
[[nodiscard]] Type table_type(const std::vector<Hdf5Column>& columns, std::size_t row_bytes,
                              hid_t (*type)(Hdf5Type));

/// No dimensions are a scalar.
[[nodiscard]] Space space_of(const Hdf5Dims& dims);
[[nodiscard]] Hdf5Dims dims_of(hid_t space);
[[nodiscard]] std::size_t element_count(const Hdf5Dims& dims);

}  // namespace vggflow::hdf5
