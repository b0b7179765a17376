#pragma once

#include <cstddef>
#include <cstdint>
#include <memory_resource>
#include <vector>

#include "base/geometry.h"

namespace vggflow {

inline constexpr int kChannels = 3;  // RGB

/// Borrowed pixels: (height, width, 3) u8 RGB, rows `stride_bytes` apart.
template <class Byte>
struct BasicImageView {
  Byte* data = nullptr;
  Size size;
  std::ptrdiff_t stride_bytes = 0;

  [[nodiscard]] Byte* row(int y) const { return data + y * stride_bytes; }
  [[nodiscard]] Byte* at(int x, int y) const { return row(y) + std::ptrdiff_t{x} * kChannels; }
  [[nodiscard]] BasicImageView window(Rect rect) const {
    return {at(rect.x, rect.y), rect.size(), stride_bytes};
  }
  operator BasicImageView<const Byte>() const { return {data, size, stride_bytes}; }  // NOLINT
};
using ImageView = BasicImageView<std::uint8_t>;
using ConstImageView = BasicImageView<const std::uint8_t>;

/// Owned pixels: (height, width, 3) u8 RGB, rows without gaps.
class Image {
 public:
  Image() = default;
  explicit Image(Size size) { resize(size); }
  /// With pixels in `memory`, which outlives the image.
  Image(Size size, std::pmr::memory_resource* memory) : pixels_(memory) { resize(size); }

  [[nodiscard]] Size size() const { return size_; }
  [[nodiscard]] ImageView view() { return {pixels_.data(), size_, stride_bytes()}; }
  [[nodiscard]] ConstImageView view() const { return {pixels_.data(), size_, stride_bytes()}; }
  /// Keeps its memory when it shrinks; the pixels' values are unspecified afterwards.
  void resize(Size size) {
    size_ = size;
    pixels_.resize(static_cast<std::size_t>(size.area()) * kChannels);
  }

 private:
  [[nodiscard]] std::ptrdiff_t stride_bytes() const {
    return std::ptrdiff_t{size_.width} * kChannels;
  }
  Size size_;
  std::pmr::vector<std::uint8_t> pixels_;
};

}  // namespace vggflow
