#include "pipeline/dataset/mat_check.h"

#include <algorithm>
#include <cstdint>

#include "base/error.h"
#include "pipeline/dataset/mat_elements.h"

namespace vggflow {
namespace {

constexpr std::size_t kHeaderBytes = 128;
constexpr std::size_t kMaxInflatedBytes = 16 << 20;  // the true one has some 2 MB
constexpr std::size_t kMaxVariables = 64;            // before the one that is wanted
constexpr std::size_t kMaxFields = 64;               // of a row
constexpr std::size_t kMaxFieldName = 64;            // MATLAB's own limit, with the end
constexpr std::size_t kMaxMatrices = 1 << 20;  // rows times fields; libmatio needs ~250 B each

// The classes of arrays that we let pass.
constexpr std::uint32_t kStruct = 2;
constexpr std::uint32_t kChar = 4;
constexpr std::uint32_t kFirstNumeric = 6;  // double
constexpr std::uint32_t kLastNumeric = 15;  // uint64
constexpr std::uint32_t kComplex = 0x800;   // a flag beside the class

/// What all matrices begin with.
struct ArrayHead {
  std::uint32_t flags = 0;
  std::size_t rank = 0;
  std::uint32_t rows = 0;
  std::uint32_t columns = 0;
  std::string_view name;

  [[nodiscard]] std::uint32_t kind() const noexcept { return flags & 0xff; }
  [[nodiscard]] std::uint64_t elements() const noexcept { return std::uint64_t{rows} * columns; }
};

std::string_view text_of(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// Bytes of a number of this type; 0: not for numbers.
std::size_t bytes_of(MatType type) {
  switch (type) {
    case MatType::int8:
    case MatType::uint8:
      return 1;
    case MatType::int16:
    case MatType::uint16:
      return 2;
    case MatType::int32:
    case MatType::uint32:
    case MatType::single:
      return 4;
    case MatType::float64:
    case MatType::int64:
    case MatType::uint64:
      return 8;
    default:
      return 0;
  }
}

bool holds_numbers(const MatElement& data, std::uint64_t count) {
  const std::size_t width = bytes_of(data.type);
  return width > 0 && data.bytes.size() % width == 0 && data.bytes.size() / width == count;
}

bool holds_text(const MatElement& data, std::uint64_t count) {
  const std::size_t bytes = data.bytes.size();
  switch (data.type) {
    case MatType::uint8:
      return bytes == count;
    case MatType::uint16:
    case MatType::utf16:
      return bytes % 2 == 0 && bytes / 2 == count;
    case MatType::utf8:  // count is of letters
      return bytes >= count && bytes <= 4 * count;
    default:
      return false;
  }
}

class MatCheck {
 public:
  MatCheck(std::span<const std::byte> file, std::string_view name, const std::string& path)
      : file_(file), name_(name), path_(path) {}

  std::vector<std::byte> run() {
    check_header();
    const std::span<const std::byte> matrix = find();
    MatElements elements(matrix, path_);
    check_struct(take_head(elements), elements);
    return plain(matrix);
  }

 private:
  void check_header() const {
    if (file_.size() < kHeaderBytes) fail("is too short for a MAT file");
    const std::string_view version = text_of(file_.subspan(kHeaderBytes - 4, 4));
    if (version == std::string_view("\1\0MI", 4)) {
      fail("is a big-endian MAT file; allowed: little endian");
    }
    if (version != std::string_view("\0\1IM", 4)) fail("is no MAT file of version 5");
  }

  /// The wanted matrix, in the file or in `inflated_`.
  std::span<const std::byte> find() {
    MatElements variables(file_.subspan(kHeaderBytes), path_);
    std::size_t budget = kMaxInflatedBytes;
    for (std::size_t k = 0; !variables.empty(); ++k) {
      if (k == kMaxVariables) {
        fail("has none of '" + std::string(name_) + "' among its first " + std::to_string(k) +
             " variables");
      }
      MatElement variable = variables.next();
      if (variable.type == MatType::compressed) {
        inflated_ = inflated(variable.bytes, budget, path_);
        budget -= inflated_.size();
        MatElements within(inflated_, path_);
        variable = within.next();
      }
      if (variable.type != MatType::matrix || variable.within_tag) {
        fail("is damaged: it holds what is no variable");
      }
      MatElements elements(variable.bytes, path_);
      if (take_head(elements).name == name_) return variable.bytes;
    }
    fail("has no variable '" + std::string(name_) + "'");
  }

  /// libmatio takes these elements to be of these forms without looking.
  ArrayHead take_head(MatElements& elements) const {
    const MatElement flags = elements.next();
    if (flags.type != MatType::uint32 || flags.bytes.size() != 8) {
      fail("is damaged: an array without flags");
    }
    const MatElement extents = elements.next();
    const std::size_t bytes = extents.bytes.size();
    if (extents.type != MatType::int32 || bytes < 8 || bytes % 4 != 0) {
      fail("is damaged: an array without dimensions");
    }
    const MatElement name = elements.next();
    if (name.type != MatType::int8) fail("is damaged: an array without a name");
    return {mat_number(flags.bytes, 0), bytes / 4, mat_number(extents.bytes, 0),
            mat_number(extents.bytes, 4), text_of(name.bytes)};
  }

  void check_struct(const ArrayHead& head, MatElements& elements) const {
    if (head.kind() != kStruct || head.rank != 2 || (head.flags & kComplex) != 0) {
      fail("'" + std::string(name_) + "' is no struct array of two dimensions");
    }
    const std::size_t fields = take_fields(elements);
    // Each is a matrix, of 8 bytes at least.
    const std::size_t most = std::min(kMaxMatrices, elements.bytes_left() / 8);
    if (head.elements() == 0 || head.elements() > most / fields) {
      fail("'" + std::string(name_) + "' claims " + std::to_string(head.rows) + " x " +
           std::to_string(head.columns) + " rows of " + std::to_string(fields) + " fields in " +
           std::to_string(elements.bytes_left()) + " bytes; allowed: 1 to " +
           std::to_string(most / fields) + " rows");
    }
    for (std::size_t row = 0; row < head.elements(); ++row) {
      for (std::size_t field = 0; field < fields; ++field) {
        if (!is_plain(elements.next())) {
          fail(std::string(name_) + "(" + std::to_string(row + 1) + "), field " +
               std::to_string(field + 1) + ", is damaged, or no text and no numbers");
        }
      }
    }
    if (!elements.empty()) fail("is damaged: it holds more than its rows");
  }

  /// How many there are.
  std::size_t take_fields(MatElements& elements) const {
    const MatElement length = elements.next();
    if (length.type != MatType::int32 || !length.within_tag || length.bytes.size() != 4) {
      fail("is damaged: a struct array without the length of its fields' names");
    }
    const std::size_t each = mat_number(length.bytes, 0);
    const MatElement names = elements.next();
    if (names.type != MatType::int8 || each == 0 || each > kMaxFieldName || names.bytes.empty() ||
        names.bytes.size() % each != 0 || names.bytes.size() / each > kMaxFields) {
      fail("'" + std::string(name_) + "' claims names of " + std::to_string(each) + " in " +
           std::to_string(names.bytes.size()) + " bytes; allowed: 1 to " +
           std::to_string(kMaxFields) + " fields with names of up to " +
           std::to_string(kMaxFieldName));
    }
    return names.bytes.size() / each;
  }

  /// Whether it is a text or numbers of the size that it says, or nothing at all.
  [[nodiscard]] bool is_plain(const MatElement& matrix) const {
    if (matrix.type != MatType::matrix || matrix.bytes.size() % 8 != 0) return false;
    if (matrix.bytes.empty()) return true;
    MatElements elements(matrix.bytes, path_);
    const ArrayHead head = take_head(elements);
    if (!head.name.empty() || head.rank != 2 || (head.flags & kComplex) != 0) return false;
    const MatElement data = elements.next();
    if (!elements.empty()) return false;
    if (head.kind() == kChar) return holds_text(data, head.elements());
    const bool numeric = head.kind() >= kFirstNumeric && head.kind() <= kLastNumeric;
    return numeric && holds_numbers(data, head.elements());
  }

  /// A file of one matrix.
  [[nodiscard]] std::vector<std::byte> plain(std::span<const std::byte> matrix) const {
    std::vector<std::byte> out(kHeaderBytes + 8 + matrix.size());
    std::ranges::copy(file_.subspan(kHeaderBytes - 4, 4), out.begin() + kHeaderBytes - 4);
    const auto length = static_cast<std::uint32_t>(matrix.size());
    out[kHeaderBytes] = static_cast<std::byte>(MatType::matrix);
    for (std::size_t i = 0; i < 4; ++i) {
      out[kHeaderBytes + 4 + i] = static_cast<std::byte>(length >> 8 * i);
    }
    std::ranges::copy(matrix, out.begin() + kHeaderBytes + 8);
    return out;
  }

  [[noreturn]] void fail(const std::string& message) const {
    throw Error(Origin::data, message, path_);
  }

  std::span<const std::byte> file_;
  std::string_view name_;
  const std::string& path_;
  std::vector<std::byte> inflated_;  // the variable looked at last
};

}  // namespace

std::vector<std::byte> checked_mat(std::span<const std::byte> file, std::string_view name,
                                   const std::string& path) {
  return MatCheck(file, name, path).run();
}

}  // namespace vggflow
