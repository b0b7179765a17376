// Datasets of Hdf5File: numbers, texts and tables.
#include <hdf5.h>

#include <algorithm>

#include "base/hdf5_file.h"
#include "base/hdf5_file_handles.h"
#include "base/hdf5_file_properties.h"
#include "base/hdf5_file_types.h"

namespace vggflow {

using namespace hdf5;

namespace {

constexpr std::size_t kChunkBytes = 256 << 10;  // well inside HDF5's chunk cache of 1 MiB
constexpr unsigned kDeflateLevel = 4;

Plist dataset_creation(const Hdf5Dims& dims, std::size_t element_bytes, Hdf5Storage storage) {
  Plist plist = untimed(H5P_DATASET_CREATE);
  const std::size_t count = element_count(dims);
  if (storage == Hdf5Storage::contiguous || dims.empty() || count == 0) return plist;
  std::vector<hsize_t> chunk(dims.begin(), dims.end());
  const std::size_t row_bytes = count / dims[0] * element_bytes;
  chunk[0] = std::clamp<hsize_t>(kChunkBytes / row_bytes, 1, dims[0]);
  H5Pset_chunk(plist.get(), static_cast<int>(chunk.size()), chunk.data());
  H5Pset_shuffle(plist.get());
  H5Pset_deflate(plist.get(), kDeflateLevel);
  return plist;
}

/// What a dataset is made of.
struct Layout {
  hid_t file_type;
  hid_t memory_type;
  Hdf5Dims dims;
  Hdf5Storage storage;
};

void write_dataset(hid_t file, const std::string& path, const Layout& layout, const void* values,
                   const Where& where) {
  const Space space = space_of(layout.dims);
  const Plist creation =
      dataset_creation(layout.dims, H5Tget_size(layout.file_type), layout.storage);
  auto dataset = owned<Dataset>(H5Dcreate2(file, path.c_str(), layout.file_type, space.get(),
                                           with_parents().get(), creation.get(), H5P_DEFAULT),
                                where, "make the dataset");
  if (std::ranges::find(layout.dims, 0U) != layout.dims.end()) return;
  check(H5Dwrite(dataset.get(), layout.memory_type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values), where,
        "write");
}

Dataset open_dataset(hid_t file, const std::string& path, const Where& where) {
  return owned<Dataset>(H5Dopen2(file, path.c_str(), H5P_DEFAULT), where, "open the dataset");
}

}  // namespace

std::size_t Hdf5File::elements(const Hdf5Dims& dims) { return element_count(dims); }

Hdf5Dims Hdf5File::dims(const std::string& path) const {
  const Dataset dataset = open_dataset(file_.get(), path, reading(path_, path));
  return dims_of(Space(H5Dget_space(dataset.get())).get());
}

void Hdf5File::write_numbers(const std::string& path, const Hdf5Dims& dims, Hdf5Type type,
                             const void* values, std::size_t count, Hdf5Storage storage) {
  if (elements(dims) != count) {
    throw Error(Origin::system, "the shape is not that of the values", place(path_, path));
  }
  write_dataset(file_.get(), path, {in_file(type), in_memory(type), dims, storage}, values,
                writing(path_, path));
}

void Hdf5File::read_numbers(const std::string& path, Hdf5Type type, void* values) const {
  const Where where = reading(path_, path);
  const Dataset dataset = open_dataset(file_.get(), path, where);
  check(H5Dread(dataset.get(), in_memory(type), H5S_ALL, H5S_ALL, H5P_DEFAULT, values), where,
        "read");
}

void Hdf5File::write_texts(const std::string& path, const std::vector<std::string>& texts) {
  std::size_t width = 1;
  for (const std::string& text : texts) width = std::max(width, text.size());
  std::string bytes(width * texts.size(), '\0');
  for (std::size_t i = 0; i < texts.size(); ++i) texts[i].copy(bytes.data() + i * width, width);
  const Type type = text_type(width);
  write_dataset(file_.get(), path,
                {type.get(), type.get(), {texts.size()}, Hdf5Storage::compressed}, bytes.data(),
                writing(path_, path));
}

std::vector<std::string> Hdf5File::read_texts(const std::string& path) const {
  const Where where = reading(path_, path);
  const Dataset dataset = open_dataset(file_.get(), path, where);
  const Type type(H5Dget_type(dataset.get()));
  if (H5Tget_class(type.get()) != H5T_STRING || is_variable_text(type.get())) {
    throw data_error(path, "does not hold texts of one width");
  }
  const std::size_t width = H5Tget_size(type.get());
  const std::size_t count = elements(dims(path));
  std::string bytes(width * count, '\0');
  check(H5Dread(dataset.get(), type.get(), H5S_ALL, H5S_ALL, H5P_DEFAULT, bytes.data()), where,
        "read");
  return texts_in(bytes, width, count);
}

void Hdf5File::write_rows(const std::string& path, const std::vector<Hdf5Column>& columns,
                          std::size_t row_bytes, const void* rows, std::size_t count) {
  std::vector<Hdf5Column> packed = columns;
  std::size_t packed_bytes = 0;
  for (Hdf5Column& column : packed) {
    column.offset = packed_bytes;
    packed_bytes += H5Tget_size(in_file(column.type));
  }
  const Type file_type = table_type(packed, packed_bytes, in_file);
  const Type memory_type = table_type(columns, row_bytes, in_memory);
  write_dataset(file_.get(), path,
                {file_type.get(), memory_type.get(), {count}, Hdf5Storage::compressed}, rows,
                writing(path_, path));
}

void Hdf5File::read_rows(const std::string& path, const std::vector<Hdf5Column>& columns,
                         std::size_t row_bytes, void* rows) const {
  const Where where = reading(path_, path);
  const Dataset dataset = open_dataset(file_.get(), path, where);
  const Type stored(H5Dget_type(dataset.get()));
  for (const Hdf5Column& column : columns) {
    if (H5Tget_class(stored.get()) != H5T_COMPOUND ||
        H5Tget_member_index(stored.get(), column.name.c_str()) < 0) {
      throw data_error(path, "has no column '" + column.name + "'");
    }
  }
  const Type memory_type = table_type(columns, row_bytes, in_memory);
  check(H5Dread(dataset.get(), memory_type.get(), H5S_ALL, H5S_ALL, H5P_DEFAULT, rows), where,
        "read");
}

}  // namespace vggflow
