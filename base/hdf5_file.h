#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <type_traits>
#include <variant>
#include <vector>

#include "base/error.h"
#include "base/export.h"
#include "base/file_descriptor.h"
#include "base/unique_handle.h"

namespace vggflow {

/// Numbers that datasets and columns hold; little-endian in the file.
enum class Hdf5Type { i32, i64, u64, f32, f64 };

template <class T>
concept Hdf5Number = std::is_same_v<T, std::int32_t> || std::is_same_v<T, std::int64_t> ||
    std::is_same_v<T, std::uint64_t> || std::is_same_v<T, float> || std::is_same_v<T, double>;

template <Hdf5Number T>
[[nodiscard]] constexpr Hdf5Type hdf5_type() {
  if constexpr (std::is_same_v<T, std::int32_t>) return Hdf5Type::i32;
  if constexpr (std::is_same_v<T, std::int64_t>) return Hdf5Type::i64;
  if constexpr (std::is_same_v<T, std::uint64_t>) return Hdf5Type::u64;
  if constexpr (std::is_same_v<T, float>) return Hdf5Type::f32;
  if constexpr (std::is_same_v<T, double>) return Hdf5Type::f64;
}

using Hdf5Dims = std::vector<std::uint64_t>;

/// A dataset in memory, row-major.
template <Hdf5Number T>
struct Hdf5Array {
  Hdf5Dims dims;
  std::vector<T> values;
};

/// One member of the rows of a compound table.
struct Hdf5Column {
  std::string name;
  Hdf5Type type;
  std::size_t offset;  ///< in the row's struct, bytes
};

/// `hdf5_column("loss", &TrainingRow::loss)`
template <class Row, Hdf5Number Member>
[[nodiscard]] Hdf5Column hdf5_column(std::string name, Member Row::*member) {
  static const Row row{};
  const auto* start = reinterpret_cast<const std::byte*>(&row);
  const auto* field = reinterpret_cast<const std::byte*>(&(row.*member));
  return {std::move(name), hdf5_type<Member>(), static_cast<std::size_t>(field - start)};
}

/// Small facts beside the data. In the file at most 64 KiB each, a text counting 16 bytes.
using Hdf5Attribute = std::variant<std::int64_t, double, std::string, std::vector<std::int64_t>,
                                   std::vector<double>, std::vector<std::string>>;

/// `compressed`: chunks of whole rows, shuffled and deflated; a damaged chunk is an error.
enum class Hdf5Storage { contiguous, compressed };

struct VGGFLOW_API Hdf5FileTraits {
  using Handle = std::int64_t;
  static Handle none() noexcept { return -1; }
  static void close(Handle file) noexcept;
};

/// "HDF5 1.10.8": of the library that runs.
[[nodiscard]] VGGFLOW_API std::string hdf5_version();

/// One HDF5 file that any reader since 1.8 understands, and whose bytes are a function of the calls
/// that made it (no time stamps). Paths inside are absolute ("/training/log"); missing parent
/// groups are made. A file that cannot be written is Error (system), one that does not hold what is
/// asked for Error (data); both name the file and the path inside.
///
/// HDF5's serial library is not thread-safe: one thread at a time in the whole process, whatever
/// the files.
class VGGFLOW_API Hdf5File {
 public:
  /// A new, empty file; what stood there is lost (see write_atomically()). It is built in memory,
  /// all of it, and written by close().
  [[nodiscard]] static Hdf5File create(const std::filesystem::path& path);
  /// For reading. Error (data) when it is missing, no HDF5 file or damaged.
  [[nodiscard]] static Hdf5File open(const std::filesystem::path& path);
  /// Ends the use of the file. A writer has to call it: what is not closed is not written.
  void close();

  /// Something can be opened there: false also for a link that leads nowhere.
  [[nodiscard]] bool exists(const std::string& path) const;
  /// Names in a group, in byte order.
  [[nodiscard]] std::vector<std::string> children(const std::string& group) const;
  void make_group(const std::string& path);
  /// `path` stands for `target` of another file; a relative `file` starts at this file's folder.
  void link_external(const std::string& path, const std::string& file, const std::string& target);

  template <Hdf5Number T>
  void write(const std::string& path, const Hdf5Dims& dims, std::span<const T> values,
             Hdf5Storage storage = Hdf5Storage::contiguous) {
    write_numbers(path, dims, hdf5_type<T>(), values.data(), values.size(), storage);
  }
  /// Numbers of another type are converted.
  template <Hdf5Number T>
  [[nodiscard]] Hdf5Array<T> read(const std::string& path) const {
    Hdf5Array<T> array{dims(path), {}};
    array.values.resize(elements(array.dims));
    read_numbers(path, hdf5_type<T>(), array.values.data());
    return array;
  }
  [[nodiscard]] Hdf5Dims dims(const std::string& path) const;

  /// (n) UTF-8, of one width in the file, filled up with NUL; compressed.
  void write_texts(const std::string& path, const std::vector<std::string>& texts);
  [[nodiscard]] std::vector<std::string> read_texts(const std::string& path) const;

  /// (n) rows as a compound type.
  template <class Row>
  void write_table(const std::string& path, const std::vector<Hdf5Column>& columns,
                   std::span<const Row> rows) {
    static_assert(std::is_trivially_copyable_v<Row>);
    write_rows(path, columns, sizeof(Row), rows.data(), rows.size());
  }
  /// Columns are found by name; more may be there, all must.
  template <class Row>
  [[nodiscard]] std::vector<Row> read_table(const std::string& path,
                                            const std::vector<Hdf5Column>& columns) const {
    static_assert(std::is_trivially_copyable_v<Row>);
    std::vector<Row> rows(elements(dims(path)));
    read_rows(path, columns, sizeof(Row), rows.data());
    return rows;
  }

  /// Of the group or dataset `object`.
  void set_attribute(const std::string& object, const std::string& name,
                     const Hdf5Attribute& value);
  [[nodiscard]] bool has_attribute(const std::string& object, const std::string& name) const;
  /// In byte order.
  [[nodiscard]] std::vector<std::string> attribute_names(const std::string& object) const;
  [[nodiscard]] Hdf5Attribute attribute(const std::string& object, const std::string& name) const;
  template <class T>
  [[nodiscard]] T attribute(const std::string& object, const std::string& name) const {
    const Hdf5Attribute value = attribute(object, name);
    if (const T* wanted = std::get_if<T>(&value)) return *wanted;
    throw data_error(object, "attribute '" + name + "' is of another type than expected");
  }

  /// For readers that find something wrong: Error (data) naming the file and the path inside.
  [[nodiscard]] Error data_error(const std::string& path, const std::string& message) const;

 private:
  Hdf5File(std::filesystem::path path, std::int64_t file, FileDescriptor output);

  [[nodiscard]] static std::size_t elements(const Hdf5Dims& dims);
  void write_numbers(const std::string& path, const Hdf5Dims& dims, Hdf5Type type,
                     const void* values, std::size_t count, Hdf5Storage storage);
  void read_numbers(const std::string& path, Hdf5Type type, void* values) const;
  void write_rows(const std::string& path, const std::vector<Hdf5Column>& columns,
                  std::size_t row_bytes, const void* rows, std::size_t count);
  void read_rows(const std::string& path, const std::vector<Hdf5Column>& columns,
                 std::size_t row_bytes, void* rows) const;

  std::filesystem::path path_;
  UniqueHandle<Hdf5FileTraits> file_;
  FileDescriptor output_;  ///< of a writer
};

}  // namespace vggflow
