#include "base/hdf5_file.h"

#include <fcntl.h>
#include <hdf5.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <functional>
#include <numeric>
#include <optional>

namespace vggflow {
namespace {

static_assert(std::is_same_v<hid_t, Hdf5FileTraits::Handle>);

template <herr_t (*Close)(hid_t)>
struct ClosedBy {
  using Handle = hid_t;
  static Handle none() noexcept { return H5I_INVALID_HID; }
  static void close(Handle handle) noexcept { Close(handle); }
};
using Plist = UniqueHandle<ClosedBy<H5Pclose>>;
using Space = UniqueHandle<ClosedBy<H5Sclose>>;
using Type = UniqueHandle<ClosedBy<H5Tclose>>;
using Dataset = UniqueHandle<ClosedBy<H5Dclose>>;
using Group = UniqueHandle<ClosedBy<H5Gclose>>;
using Object = UniqueHandle<ClosedBy<H5Oclose>>;
using Attribute = UniqueHandle<ClosedBy<H5Aclose>>;

/// HDF5's innermost reason; of a failed system call only what the system said. Any call into HDF5,
/// closing a handle too, forgets it: ask first.
std::string reason() {
  std::string innermost;
  const auto keep_last = [](unsigned, const H5E_error2_t* error, void* text) -> herr_t {
    if (error->desc) *static_cast<std::string*>(text) = error->desc;
    return 0;
  };
  H5Ewalk2(H5E_DEFAULT, H5E_WALK_DOWNWARD, keep_last, &innermost);
  const std::string said = "error message = '";
  if (const auto start = innermost.find(said); start != std::string::npos) {
    const auto text = innermost.substr(start + said.size());
    return text.substr(0, text.find('\''));
  }
  return innermost.empty() ? "HDF5 gives no reason" : innermost;
}

/// Where an operation happens, and what kind of error its failure is.
struct Where {
  Origin origin;
  std::string place;
  [[nodiscard]] Error failed(const std::string& what) const {
    return Error(origin, "cannot " + what + ": " + reason(), place);
  }
};

template <class Handle>
Handle owned(hid_t id, const Where& where, const std::string& what) {
  if (id < 0) throw where.failed(what);
  return Handle(id);
}

void check(herr_t status, const Where& where, const std::string& what) {
  if (status < 0) throw where.failed(what);
}

std::string place(const std::filesystem::path& file, const std::string& path) {
  return file.string() + ": " + path;
}

Where writing(const std::filesystem::path& file, const std::string& path) {
  return {Origin::system, place(file, path)};
}

Where reading(const std::filesystem::path& file, const std::string& path) {
  return {Origin::data, place(file, path)};
}

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

/// UTF-8; `width` bytes filled up with NUL, or H5T_VARIABLE.
Type text_type(std::size_t width) {
  Type type(H5Tcopy(H5T_C_S1));
  H5Tset_size(type.get(), width);
  H5Tset_cset(type.get(), H5T_CSET_UTF8);
  H5Tset_strpad(type.get(), width == H5T_VARIABLE ? H5T_STR_NULLTERM : H5T_STR_NULLPAD);
  return type;
}

Space space_of(const Hdf5Dims& dims) {
  const std::vector<hsize_t> extent(dims.begin(), dims.end());
  if (extent.empty()) return Space(H5Screate(H5S_SCALAR));
  return Space(H5Screate_simple(static_cast<int>(extent.size()), extent.data(), nullptr));
}

Plist file_access() {
  Plist access(H5Pcreate(H5P_FILE_ACCESS));
  H5Pset_libver_bounds(access.get(), H5F_LIBVER_EARLIEST, H5F_LIBVER_LATEST);
  H5Pset_fclose_degree(access.get(), H5F_CLOSE_STRONG);
  // Files appear by renaming, so nobody sees a half-written one; locks only fail on network disks.
  H5Pset_file_locking(access.get(), false, true);
  return access;
}

Plist with_parents() {
  Plist links(H5Pcreate(H5P_LINK_CREATE));
  H5Pset_create_intermediate_group(links.get(), 1);
  H5Pset_char_encoding(links.get(), H5T_CSET_UTF8);
  return links;
}

/// Time stamps would make two equal runs leave different bytes.
Plist untimed(hid_t property_class) {
  Plist plist(H5Pcreate(property_class));
  H5Pset_obj_track_times(plist.get(), false);
  return plist;
}

constexpr std::size_t kChunkBytes = 256 << 10;  // well inside HDF5's chunk cache of 1 MiB
constexpr unsigned kDeflateLevel = 4;
constexpr std::size_t kGrowBytes = 1 << 20;

Plist dataset_creation(const Hdf5Dims& dims, std::size_t element_bytes, Hdf5Storage storage) {
  Plist plist = untimed(H5P_DATASET_CREATE);
  const std::size_t count =
      std::accumulate(dims.begin(), dims.end(), std::size_t{1}, std::multiplies<>());
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

Hdf5Dims dims_of(hid_t space) {
  const int rank = std::max(H5Sget_simple_extent_ndims(space), 0);
  std::vector<hsize_t> extent(static_cast<std::size_t>(rank));
  H5Sget_simple_extent_dims(space, extent.data(), nullptr);
  return {extent.begin(), extent.end()};
}

Type table_type(const std::vector<Hdf5Column>& columns, std::size_t row_bytes,
                hid_t (*type)(Hdf5Type)) {
  Type row(H5Tcreate(H5T_COMPOUND, row_bytes));
  for (const Hdf5Column& column : columns) {
    H5Tinsert(row.get(), column.name.c_str(), column.offset, type(column.type));
  }
  return row;
}

/// Memory of texts that HDF5 allocated.
struct BorrowedTexts {
  std::vector<char*> texts;
  ~BorrowedTexts() {
    for (char* text : texts) H5free_memory(text);
  }
};

bool is_variable_text(hid_t type) { return H5Tis_variable_str(type) > 0; }

/// One attribute, opened: reads it as what it is.
class AttributeReader {
 public:
  AttributeReader(hid_t object, const std::string& name, Where where)
      : where_(std::move(where)),
        attribute_(owned<Attribute>(H5Aopen(object, name.c_str(), H5P_DEFAULT), where_,
                                    "open the attribute '" + name + "'")),
        type_(H5Aget_type(attribute_.get())),
        dims_(dims_of(Space(H5Aget_space(attribute_.get())).get())) {}

  [[nodiscard]] Hdf5Attribute value() const {
    switch (H5Tget_class(type_.get())) {
      case H5T_INTEGER:
        return one_or_all(numbers<std::int64_t>());
      case H5T_FLOAT:
        return one_or_all(numbers<double>());
      case H5T_STRING:
        return one_or_all(is_variable_text(type_.get()) ? variable_texts() : fixed_texts());
      default:
        throw Error(where_.origin, "an attribute is neither a number nor a text", where_.place);
    }
  }

 private:
  [[nodiscard]] std::size_t count() const {
    return std::accumulate(dims_.begin(), dims_.end(), std::size_t{1}, std::multiplies<>());
  }
  template <class T>
  [[nodiscard]] Hdf5Attribute one_or_all(std::vector<T> values) const {
    if (dims_.empty()) return std::move(values.front());
    return values;
  }
  void read(hid_t type, void* to) const {
    if (count() > 0) check(H5Aread(attribute_.get(), type, to), where_, "read an attribute");
  }
  template <Hdf5Number T>
  [[nodiscard]] std::vector<T> numbers() const {
    std::vector<T> values(count());
    read(in_memory(hdf5_type<T>()), values.data());
    return values;
  }
  [[nodiscard]] std::vector<std::string> variable_texts() const {
    BorrowedTexts borrowed{std::vector<char*>(count(), nullptr)};
    read(type_.get(), borrowed.texts.data());
    std::vector<std::string> texts;
    for (const char* text : borrowed.texts) texts.emplace_back(text ? text : "");
    return texts;
  }
  [[nodiscard]] std::vector<std::string> fixed_texts() const {
    const std::size_t width = H5Tget_size(type_.get());
    std::string bytes(width * count(), '\0');
    read(type_.get(), bytes.data());
    std::vector<std::string> texts;
    for (std::size_t i = 0; i < count(); ++i) {
      texts.emplace_back(bytes.data() + i * width, strnlen(bytes.data() + i * width, width));
    }
    return texts;
  }

  Where where_;
  Attribute attribute_;
  Type type_;
  Hdf5Dims dims_;
};

/// Writes an attribute, one overload of operator() for each kind.
class AttributeWriter {
 public:
  AttributeWriter(hid_t object, const std::string& name, const Where& where)
      : object_(object), name_(name), where_(where) {}

  void operator()(std::int64_t value) const { put({}, H5T_STD_I64LE, H5T_NATIVE_INT64, &value); }
  void operator()(double value) const { put({}, H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE, &value); }
  void operator()(const std::vector<std::int64_t>& values) const {
    put({values.size()}, H5T_STD_I64LE, H5T_NATIVE_INT64, values.data());
  }
  void operator()(const std::vector<double>& values) const {
    put({values.size()}, H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE, values.data());
  }
  // Of variable length: h5py gives them as str, and a long one does not meet the limit of 64 KiB.
  void operator()(const std::string& text) const {
    const char* pointer = text.c_str();
    const Type type = text_type(H5T_VARIABLE);
    put({}, type.get(), type.get(), &pointer);
  }
  void operator()(const std::vector<std::string>& texts) const {
    std::vector<const char*> pointers;
    for (const std::string& text : texts) pointers.push_back(text.c_str());
    const Type type = text_type(H5T_VARIABLE);
    put({texts.size()}, type.get(), type.get(), pointers.data());
  }

 private:
  void put(const Hdf5Dims& dims, hid_t file_type, hid_t memory_type, const void* values) const {
    const std::string what = "write the attribute '" + name_ + "'";
    if (H5Aexists(object_, name_.c_str()) > 0)
      check(H5Adelete(object_, name_.c_str()), where_, what);
    const Space space = space_of(dims);
    const auto attribute = owned<Attribute>(
        H5Acreate2(object_, name_.c_str(), file_type, space.get(), H5P_DEFAULT, H5P_DEFAULT),
        where_, what);
    if (dims == Hdf5Dims{0}) return;
    check(H5Awrite(attribute.get(), memory_type, values), where_, what);
  }

  hid_t object_;
  const std::string& name_;
  const Where& where_;
};

void write_all(int fd, std::string_view bytes, const std::string& place) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(fd, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) throw system_error("cannot write", place);
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
}

Object open_object(hid_t file, const std::string& path, const Where& where) {
  return owned<Object>(H5Oopen(file, path.c_str(), H5P_DEFAULT), where, "open");
}

}  // namespace

void Hdf5FileTraits::close(Handle file) noexcept { H5Fclose(file); }

Hdf5File::Hdf5File(std::filesystem::path path, std::int64_t file, FileDescriptor output)
    : path_(std::move(path)), file_(file), output_(std::move(output)) {}

Hdf5File Hdf5File::create(const std::filesystem::path& path) {
  H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);  // errors are thrown, not printed
  FileDescriptor output(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644));
  if (!output) throw system_error("cannot create", path.string());
  const Plist creation = untimed(H5P_FILE_CREATE);
  const Plist access = file_access();
  // HDF5 1.10 crashes, at the latest at exit, when it cannot write the last bytes of a file: it
  // builds the file in memory and close() writes it.
  H5Pset_fapl_core(access.get(), kGrowBytes, false);
  const hid_t file = H5Fcreate(path.c_str(), H5F_ACC_TRUNC, creation.get(), access.get());
  if (file < 0) throw Error(Origin::system, "cannot create: " + reason(), path.string());
  return Hdf5File(path, file, std::move(output));
}

Hdf5File Hdf5File::open(const std::filesystem::path& path) {
  H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
  std::error_code ignored;
  if (!std::filesystem::exists(path, ignored)) {
    throw Error(Origin::data, "there is no such file", path.string());
  }
  const Plist access = file_access();
  const hid_t file = H5Fopen(path.c_str(), H5F_ACC_RDONLY, access.get());
  if (file >= 0) return Hdf5File(path, file, {});
  const std::string why = reason();
  if (H5Fis_hdf5(path.c_str()) == 0) {
    throw Error(Origin::data, "is not an HDF5 file", path.string());
  }
  throw Error(Origin::data, "cannot open, the file may be damaged: " + why, path.string());
}

void Hdf5File::close() {
  if (output_) {
    const Where where{Origin::system, path_.string()};
    check(H5Fflush(file_.get(), H5F_SCOPE_LOCAL), where, "finish");
    void* memory = nullptr;  // the core driver's handle is the address of its buffer's address
    check(H5Fget_vfd_handle(file_.get(), H5P_DEFAULT, &memory), where, "finish");
    const ssize_t bytes = H5Fget_file_image(file_.get(), nullptr, 0);
    if (bytes < 0) throw where.failed("finish");
    write_all(output_.get(), {*static_cast<const char**>(memory), static_cast<std::size_t>(bytes)},
              path_.string());
    output_.reset();
  }
  file_.reset();
}

bool Hdf5File::exists(const std::string& path) const {
  // H5Lexists wants every parent to be there.
  for (auto end = path.find('/', 1); end != std::string::npos; end = path.find('/', end + 1)) {
    if (H5Lexists(file_.get(), path.substr(0, end).c_str(), H5P_DEFAULT) <= 0) return false;
  }
  if (path != "/" && H5Lexists(file_.get(), path.c_str(), H5P_DEFAULT) <= 0) return false;
  return H5Oexists_by_name(file_.get(), path.c_str(), H5P_DEFAULT) > 0;
}

std::vector<std::string> Hdf5File::children(const std::string& group) const {
  std::vector<std::string> names;
  const auto add = [](hid_t, const char* name, const H5L_info_t*, void* to) -> herr_t {
    static_cast<std::vector<std::string>*>(to)->emplace_back(name);
    return 0;
  };
  check(H5Literate_by_name(file_.get(), group.c_str(), H5_INDEX_NAME, H5_ITER_INC, nullptr, add,
                           &names, H5P_DEFAULT),
        reading(path_, group), "list the group");
  return names;
}

void Hdf5File::make_group(const std::string& path) {
  if (exists(path)) return;
  static_cast<void>(owned<Group>(H5Gcreate2(file_.get(), path.c_str(), with_parents().get(),
                                            untimed(H5P_GROUP_CREATE).get(), H5P_DEFAULT),
                                 writing(path_, path), "make the group"));
}

void Hdf5File::link_external(const std::string& path, const std::string& file,
                             const std::string& target) {
  check(H5Lcreate_external(file.c_str(), target.c_str(), file_.get(), path.c_str(),
                           with_parents().get(), H5P_DEFAULT),
        writing(path_, path), "make the link");
}

std::size_t Hdf5File::elements(const Hdf5Dims& dims) {
  return std::accumulate(dims.begin(), dims.end(), std::size_t{1}, std::multiplies<>());
}

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
  std::vector<std::string> texts;
  texts.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    texts.emplace_back(bytes.data() + i * width, strnlen(bytes.data() + i * width, width));
  }
  return texts;
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

void Hdf5File::set_attribute(const std::string& object, const std::string& name,
                             const Hdf5Attribute& value) {
  const Where where = writing(path_, object);
  const Object opened = open_object(file_.get(), object, where);
  std::visit(AttributeWriter(opened.get(), name, where), value);
}

bool Hdf5File::has_attribute(const std::string& object, const std::string& name) const {
  const Object opened = open_object(file_.get(), object, reading(path_, object));
  return H5Aexists(opened.get(), name.c_str()) > 0;
}

std::vector<std::string> Hdf5File::attribute_names(const std::string& object) const {
  std::vector<std::string> names;
  const auto add = [](hid_t, const char* name, const H5A_info_t*, void* to) -> herr_t {
    static_cast<std::vector<std::string>*>(to)->emplace_back(name);
    return 0;
  };
  check(H5Aiterate_by_name(file_.get(), object.c_str(), H5_INDEX_NAME, H5_ITER_INC, nullptr, add,
                           &names, H5P_DEFAULT),
        reading(path_, object), "list the attributes");
  return names;
}

Hdf5Attribute Hdf5File::attribute(const std::string& object, const std::string& name) const {
  const Where where = reading(path_, object);
  const Object opened = open_object(file_.get(), object, where);
  return AttributeReader(opened.get(), name, where).value();
}

Error Hdf5File::data_error(const std::string& path, const std::string& message) const {
  return Error(Origin::data, message, place(path_, path));
}

}  // namespace vggflow
