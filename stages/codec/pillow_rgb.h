#pragma once

#include <cstdint>

namespace vggflow {

/// Rows to RGB, byte for byte as Pillow 9.4's `Image.open(file).convert("RGB")` makes them. `out`
/// has room for (count, 3) u8 RGB.

/// `in`: (count, 4) u8, C M Y K as an Adobe JPEG stores them: 255 is no ink. Pillow takes the inks
/// of every JPEG so.
void pillow_rgb_of_inverted_cmyk(const std::uint8_t* in, int count, std::uint8_t* out);

/// `in`: (count) u16, native order. Pillow clips: all from 255 up is white.
void pillow_rgb_of_grey16(const std::uint8_t* in, int count, std::uint8_t* out);

}  // namespace vggflow
