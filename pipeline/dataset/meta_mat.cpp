#include "pipeline/dataset/meta_mat.h"

#include <matio.h>
#include <sys/mman.h>

#include <cmath>
#include <cstring>
#include <optional>
#include <span>
#include <string_view>

#include "base/error.h"
#include "base/file_descriptor.h"
#include "base/unique_handle.h"
#include "pipeline/dataset/file_bytes.h"
#include "pipeline/dataset/mat_check.h"

namespace vggflow {
namespace {

constexpr const char* kVariable = "synsets";
constexpr std::uint64_t kMaxFileBytes = 16 << 20;  // the true one has less than 1 MB
constexpr std::size_t kMaxSynsets = 100'000;       // WordNet's nouns are 82,115
constexpr std::size_t kMaxElements = 1 << 20;      // of one field

struct MatTraits {
  using Handle = mat_t*;
  static Handle none() noexcept { return nullptr; }
  static void close(Handle handle) noexcept { Mat_Close(handle); }
};
struct VariableTraits {
  using Handle = matvar_t*;
  static Handle none() noexcept { return nullptr; }
  static void close(Handle handle) noexcept { Mat_VarFree(handle); }
};

/// A file in memory: libmatio takes the name of one, no bytes.
class MemoryFile {
 public:
  explicit MemoryFile(std::span<const std::byte> bytes)
      : fd_(::memfd_create("meta.mat", MFD_CLOEXEC)) {
    if (!fd_) throw system_error("cannot make a file in memory", "meta.mat");
    write_all(fd_.get(), {reinterpret_cast<const char*>(bytes.data()), bytes.size()}, "meta.mat");
  }
  [[nodiscard]] std::string path() const { return "/proc/self/fd/" + std::to_string(fd_.get()); }

 private:
  FileDescriptor fd_;
};

/// Nothing if it has more than two dimensions or too many elements.
std::optional<std::size_t> elements_of(const matvar_t& variable, std::size_t most) {
  if (variable.rank != 2 || !variable.dims) return std::nullopt;
  const std::size_t rows = variable.dims[0];
  const std::size_t columns = variable.dims[1];
  if (rows > most || (rows > 0 && columns > most / rows)) return std::nullopt;
  return rows * columns;
}

class MetaMat {
 public:
  explicit MetaMat(const std::string& path) : path_(path) {}

  std::vector<Synset> run() {
    const MemoryFile checked(checked_mat(bytes(), kVariable, path_));
    mat_.reset(Mat_Open(checked.path().c_str(), MAT_ACC_RDONLY));
    if (mat_) synsets_.reset(Mat_VarRead(mat_.get(), kVariable));
    check_shape();
    std::vector<Synset> synsets;
    for (std::size_t row = 0; row < rows_; ++row) {
      synsets.push_back(
          {number(row, "ILSVRC2012_ID"), text(row, "WNID"), number(row, "num_children")});
    }
    return synsets;
  }

 private:
  [[nodiscard]] std::vector<std::byte> bytes() const {
    const FileDescriptor fd = open_for_reading(path_);
    const std::uint64_t size = file_size(fd.get(), path_);
    if (size > kMaxFileBytes) {
      fail("has " + std::to_string(size) + " bytes; allowed: at most " +
           std::to_string(kMaxFileBytes));
    }
    std::vector<std::byte> bytes(size);
    read_at(fd.get(), 0, bytes, path_);
    return bytes;
  }

  /// Of the library's results; the file itself is checked by now.
  void check_shape() {
    if (!synsets_ || synsets_.get()->class_type != MAT_C_STRUCT) fail("cannot be read by libmatio");
    const auto rows = elements_of(*synsets_.get(), kMaxSynsets);
    if (!rows) fail("has more than " + std::to_string(kMaxSynsets) + " synsets");
    rows_ = *rows;
    const std::size_t fields = Mat_VarGetNumberOfFields(synsets_.get());
    if (!synsets_.get()->data || synsets_.get()->nbytes / sizeof(matvar_t*) < rows_ * fields) {
      fail("cannot be read by libmatio");
    }
  }

  /// libmatio's own look-up by name does not expect the names that a damaged file leaves out.
  [[nodiscard]] const matvar_t* find(std::size_t row, std::string_view name) const {
    const unsigned fields = Mat_VarGetNumberOfFields(synsets_.get());
    char* const* names = Mat_VarGetStructFieldnames(synsets_.get());
    for (unsigned k = 0; names && k < fields; ++k) {
      if (!names[k] || names[k] != name) continue;
      return Mat_VarGetStructFieldByIndex(synsets_.get(), k, row);
    }
    return nullptr;
  }

  const matvar_t& field(std::size_t row, const char* name) const {
    const matvar_t* field = find(row, name);
    if (!field || !field->data || !elements_of(*field, kMaxElements)) {
      fail(row, std::string("has no field '") + name + "'");
    }
    return *field;
  }

  std::int64_t number(std::size_t row, const char* name) const {
    const matvar_t& at = field(row, name);
    std::optional<double> value;
    if (elements_of(at, 1) == 1U && !at.isComplex) {
      switch (at.class_type) {
        case MAT_C_DOUBLE:
          value = first<double>(at);
          break;
        case MAT_C_SINGLE:
          value = first<float>(at);
          break;
        case MAT_C_INT8:
          value = first<std::int8_t>(at);
          break;
        case MAT_C_UINT8:
          value = first<std::uint8_t>(at);
          break;
        case MAT_C_INT16:
          value = first<std::int16_t>(at);
          break;
        case MAT_C_UINT16:
          value = first<std::uint16_t>(at);
          break;
        case MAT_C_INT32:
          value = first<std::int32_t>(at);
          break;
        case MAT_C_UINT32:
          value = first<std::uint32_t>(at);
          break;
        case MAT_C_INT64:
          value = first<std::int64_t>(at);
          break;
        case MAT_C_UINT64:
          value = first<std::uint64_t>(at);
          break;
        default:
          break;
      }
    }
    if (!value || *value < 0 || *value > kMaxSynsets || *value != std::floor(*value)) {
      fail(row, std::string("field '") + name + "' is no whole number from 0 to " +
                    std::to_string(kMaxSynsets));
    }
    return static_cast<std::int64_t>(*value);
  }

  /// Of a number's type there are as many bytes as the library says, or none.
  template <class T>
  static std::optional<double> first(const matvar_t& at) {
    if (at.data_size != static_cast<int>(sizeof(T)) || at.nbytes < sizeof(T)) return std::nullopt;
    T value{};
    std::memcpy(&value, at.data, sizeof value);
    return static_cast<double>(value);
  }

  std::string text(std::size_t row, const char* name) const {
    const matvar_t& at = field(row, name);
    const std::size_t count = elements_of(at, kMaxElements).value_or(0);
    const auto width = static_cast<std::size_t>(at.data_size);
    const bool is_text = at.class_type == MAT_C_CHAR && (width == 1 || width == 2);
    if (!is_text || count == 0 || at.nbytes / width < count) {
      fail(row, std::string("field '") + name + "' is no text");
    }
    std::string text;
    for (std::size_t i = 0; i < count; ++i) {
      char16_t letter = 0;  // little endian, as libmatio leaves it on all machines we run on
      std::memcpy(&letter, static_cast<const char*>(at.data) + i * width, width);
      if (letter <= ' ' || letter > '~' || letter == '/') {
        fail(row, std::string("field '") + name + "' is no WordNet id");
      }
      text += static_cast<char>(letter);
    }
    return text;
  }

  [[noreturn]] void fail(std::size_t row, const std::string& message) const {
    fail(std::string(kVariable) + "(" + std::to_string(row + 1) + ") " + message);
  }
  [[noreturn]] void fail(const std::string& message) const {
    throw Error(Origin::data, message, path_);
  }

  std::string path_;
  UniqueHandle<MatTraits> mat_;
  UniqueHandle<VariableTraits> synsets_;
  std::size_t rows_ = 0;
};

}  // namespace

std::vector<Synset> read_meta_mat(const std::string& path) { return MetaMat(path).run(); }

}  // namespace vggflow
