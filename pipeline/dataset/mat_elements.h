#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace vggflow {

/// What the bytes of an element are; the numbers that a MAT file of version 5 has for it.
enum class MatType : std::uint32_t {
  int8 = 1,
  uint8 = 2,
  int16 = 3,
  uint16 = 4,
  int32 = 5,
  uint32 = 6,
  single = 7,
  float64 = 9,
  int64 = 12,
  uint64 = 13,
  matrix = 14,
  compressed = 15,
  utf8 = 16,
  utf16 = 17,
};

/// Data with a tag of 8 bytes before it, or up to 4 bytes within the tag.
struct MatElement {
  MatType type{};
  bool within_tag = false;
  std::span<const std::byte> bytes;  ///< without padding
};

/// Takes the elements of a MAT file or matrix of version 5, little endian, one after another. Error
/// (data) naming `place` for one that claims more than there is.
class MatElements {
 public:
  MatElements(std::span<const std::byte> bytes, const std::string& place)
      : left_(bytes), place_(place) {}

  [[nodiscard]] bool empty() const noexcept { return left_.empty(); }
  [[nodiscard]] std::size_t bytes_left() const noexcept { return left_.size(); }
  MatElement next();

 private:
  std::span<const std::byte> left_;
  const std::string& place_;
};

/// The bytes at `at` as a little-endian number.
[[nodiscard]] std::uint32_t mat_number(std::span<const std::byte> bytes, std::size_t at);

/// What an element of type `compressed` holds. Error (data) naming `place` if it is damaged or
/// would hold more than `most` bytes.
[[nodiscard]] std::vector<std::byte> inflated(std::span<const std::byte> bytes, std::size_t most,
                                              const std::string& place);

}  // namespace vggflow
