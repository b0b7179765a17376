// Attributes of Hdf5File.
#include <hdf5.h>

#include <utility>

#include "base/hdf5_file.h"
#include "base/hdf5_file_handles.h"
#include "base/hdf5_file_types.h"

namespace vggflow {

using namespace hdf5;

namespace {

/// Memory of texts that HDF5 allocated.
struct BorrowedTexts {
  std::vector<char*> texts;
  ~BorrowedTexts() {
    for (char* text : texts) H5free_memory(text);
  }
};

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
  [[nodiscard]] std::size_t count() const { return element_count(dims_); }
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
    return texts_in(bytes, width, count());
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

Object open_object(hid_t file, const std::string& path, const Where& where) {
  return owned<Object>(H5Oopen(file, path.c_str(), H5P_DEFAULT), where, "open");
}

}  // namespace

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

}  // namespace vggflow
