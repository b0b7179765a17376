// Files of every kind against what Pillow makes of them: golden/pillow_rgb.bin, which
// pillow_rgb_golden.py writes and describes.
#include <gtest/gtest.h>

#include <cstring>
#include <fstream>
#include <iterator>
#include <ostream>

#include "base/rng.h"
#include "stages/codec/open_image.h"
#include "tests/stages/test_images.h"

namespace vggflow {
namespace {

using namespace vggflow::testing;  // NOLINT

struct Golden {
  std::string name;
  std::vector<std::byte> file;
  Size size;
  std::vector<std::uint8_t> rgb;
  friend void PrintTo(const Golden& golden, std::ostream* out) { *out << golden.name; }
};

template <class Number>
Number read_number(std::istream& in) {
  Number number = 0;
  in.read(reinterpret_cast<char*>(&number), sizeof number);
  return number;
}

template <class Bytes>
Bytes read_bytes(std::istream& in, std::size_t count) {
  Bytes bytes(count, {});
  in.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(count));
  return bytes;
}

std::vector<Golden> goldens() {
  std::ifstream in(VGGFLOW_GOLDEN_DIR "/pillow_rgb.bin", std::ios::binary);
  std::vector<Golden> all;
  while (in.peek() != EOF) {
    Golden golden;
    golden.name = read_bytes<std::string>(in, read_number<std::uint16_t>(in));
    golden.file = read_bytes<std::vector<std::byte>>(in, read_number<std::uint32_t>(in));
    golden.size.width = read_number<std::uint16_t>(in);
    golden.size.height = read_number<std::uint16_t>(in);
    golden.rgb = read_bytes<std::vector<std::uint8_t>>(
        in, static_cast<std::size_t>(golden.size.area()) * kChannels);
    all.push_back(std::move(golden));
  }
  return all;
}

class PillowRgb : public ::testing::TestWithParam<Golden> {};

TEST_P(PillowRgb, IsMadeToTheBit) {
  const auto source = open_image(GetParam().file);
  ASSERT_EQ(source->size(), GetParam().size);
  EXPECT_EQ(bytes(whole(*source).view()), GetParam().rgb);
}

TEST_P(PillowRgb, WindowsEqualThoseOfAFullDecode) {
  const auto source = open_image(GetParam().file);
  const Image full = whole(*source);
  Rng rng(3, GetParam().name, 0, 0);
  for (int i = 0; i < 100; ++i) {
    const Rect window = random_window(rng, source->size());
    ASSERT_EQ(bytes(window_of(*source, window).view()), bytes(full.view().window(window)))
        << text_of(window);
  }
}

INSTANTIATE_TEST_SUITE_P(Files, PillowRgb, ::testing::ValuesIn(goldens()),
                         [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace vggflow
