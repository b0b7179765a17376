#include "base/hdf5_file_types.h"

#include <algorithm>
#include <cstring>
#include <functional>
#include <numeric>

namespace vggflow::hdf5 {

hid_t in_memory(Hdf5Type type) {
  switch (type) {
    case Hdf5Type::i32:
      return H5T_NATIVE_INT32;
    case Hdf5Type::i64:
      return H5T_NATIVE_INT64;
    case Hdf5Type::u64:
      return H5T_NATIVE_UINT64;
    case Hdf5Type::f32:
      return H5T_NATIVE_FLOAT;
    case Hdf5Type::f64:
      return H5T_NATIVE_DOUBLE;
  }
  return H5I_INVALID_HID;
}

hid_t in_file(Hdf5Type type) {
  switch (type) {
    case Hdf5Type::i32:
      return H5T_STD_I32LE;
    case Hdf5Type::i64:
      return H5T_STD_I64LE;
    case Hdf5Type::u64:
      return H5T_STD_U64LE;
    case Hdf5Type::f32:
      return H5T_IEEE_F32LE;
    case Hdf5Type::f64:
      return H5T_IEEE_F64LE;
  }
  return H5I_INVALID_HID;
}

Type text_type(std::size_t width) {
  Type type(H5Tcopy(H5T_C_S1));
  H5Tset_size(type.get(), width);
  H5Tset_cset(type.get(), H5T_CSET_UTF8);
  H5Tset_strpad(type.get(), width == H5T_VARIABLE ? H5T_STR_NULLTERM : H5T_STR_NULLPAD);
  return type;
}

bool is_variable_text(hid_t type) { return H5Tis_variable_str(type) > 0; }

std::vector<std::string> texts_in(const std::string& bytes, std::size_t width, std::size_t count) {
  std::vector<std::string> texts;
  texts.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    texts.emplace_back(bytes.data() + i * width, strnlen(bytes.data() + i * width, width));
  }
  return texts;
}

Type table_type(const std::vector<Hdf5Column>& columns, std::size_t row_bytes,
                hid_t (*type)(Hdf5Type)) {
  Type row(H5Tcreate(H5T_COMPOUND, row_bytes));
  for (const Hdf5Column& column : columns) {
    H5Tinsert(row.get(), column.name.c_str(), column.offset, type(column.type));
  }
  return row;
}

Space space_of(const Hdf5Dims& dims) {
  const std::vector<hsize_t> extent(dims.begin(), dims.end());
  if (extent.empty()) return Space(H5Screate(H5S_SCALAR));
  return Space(H5Screate_simple(static_cast<int>(extent.size()), extent.data(), nullptr));
}

Hdf5Dims dims_of(hid_t space) {
  const int rank = std::max(H5Sget_simple_extent_ndims(space), 0);
  std::vector<hsize_t> extent(static_cast<std::size_t>(rank));
  H5Sget_simple_extent_dims(space, extent.data(), nullptr);
  return {extent.begin(), extent.end()};
}

std::size_t element_count(const Hdf5Dims& dims) {
  return std::accumulate(dims.begin(), dims.end(), std::size_t{1}, std::multiplies<>());
}

}  // namespace vggflow::hdf5
