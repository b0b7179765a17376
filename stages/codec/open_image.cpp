#include "stages/codec/open_image.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <string>

#include "base/error.h"
#include "stages/codec/codecs.h"

namespace vggflow {
namespace {

bool starts_with(std::span<const std::byte> bytes, std::span<const unsigned char> magic) {
  return bytes.size() >= magic.size() &&
         std::equal(magic.begin(), magic.end(), bytes.begin(),
                    [](unsigned char m, std::byte b) { return std::byte{m} == b; });
}

std::string first_bytes(std::span<const std::byte> bytes) {
  std::string text;
  for (const std::byte byte : bytes.first(std::min<std::size_t>(bytes.size(), 8))) {
    std::array<char, 4> hex{};
    std::snprintf(hex.data(), hex.size(), "%02x ", std::to_integer<unsigned>(byte));
    text += hex.data();
  }
  text.pop_back();
  return text;
}

}  // namespace

void require_sane_size(std::uint64_t width, std::uint64_t height) {
  constexpr std::uint64_t kMostPixels = 1ULL << 28;
  if (width > 0 && height > 0 && width <= kMostPixels / height) return;
  throw Error(Origin::data, "its header says " + std::to_string(width) + "x" +
                                std::to_string(height) + " px; allowed: 1 to 2^28 px in all");
}

void require_enough_bytes(std::uint64_t width, std::uint64_t height, std::uint64_t file_bytes,
                          std::uint64_t least_bytes) {
  if (file_bytes >= least_bytes) return;
  throw Error(Origin::data, "its header says " + std::to_string(width) + "x" +
                                std::to_string(height) + " px, which takes " +
                                std::to_string(least_bytes) + " bytes or more; it has " +
                                std::to_string(file_bytes));
}

std::shared_ptr<ImageSource> open_image(std::span<const std::byte> encoded,
                                        std::pmr::memory_resource* memory) {
  static constexpr std::array<unsigned char, 3> kJpeg{0xFF, 0xD8, 0xFF};
  static constexpr std::array<unsigned char, 8> kPng{0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};
  if (encoded.empty()) throw Error(Origin::data, "the file is empty (0 bytes)");
  if (starts_with(encoded, kJpeg)) return open_jpeg(encoded, memory);
  if (starts_with(encoded, kPng)) return open_png(encoded, memory);
  throw Error(Origin::data, "no image of a known kind: its first bytes are " +
                                first_bytes(encoded) +
                                "; allowed: JPEG (ff d8 ff), PNG (89 50 4e)");
}

}  // namespace vggflow
