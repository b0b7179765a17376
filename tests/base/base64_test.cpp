#include "base/base64.h"

#include <gtest/gtest.h>

#include <string_view>

namespace vggflow {
namespace {

std::string encoded(std::string_view text) { return base64(std::as_bytes(std::span(text))); }

TEST(Base64, KnowsTheVectorsOfRfc4648) {
  EXPECT_EQ(encoded(""), "");
  EXPECT_EQ(encoded("f"), "Zg==");
  EXPECT_EQ(encoded("fo"), "Zm8=");
  EXPECT_EQ(encoded("foo"), "Zm9v");
  EXPECT_EQ(encoded("foob"), "Zm9vYg==");
  EXPECT_EQ(encoded("fooba"), "Zm9vYmE=");
  EXPECT_EQ(encoded("foobar"), "Zm9vYmFy");
  EXPECT_EQ(encoded("\xFB\xFF\xBE"), "+/++");
}

TEST(Base64, HasNoLineBreaks) {
  const std::string text = encoded(std::string(300'000, 'a'));
  EXPECT_EQ(text.size(), 400'000U);
  EXPECT_EQ(text.find_first_not_of("YWFh"), std::string::npos);
}

}  // namespace
}  // namespace vggflow
