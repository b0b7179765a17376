#include "pipeline/dataset/mat_check.h"

#include <zlib.h>

#include <cstdint>
#include <span>

#include "pipeline/dataset/meta_mat.h"
#include "tests/pipeline/dataset/dataset_files.h"

namespace vggflow::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr std::size_t kHeader = 128;

std::string golden(const std::string& name) {
  std::ifstream in(GOLDEN_FOLDER + ("/" + name), std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::string number(std::uint32_t value) {
  std::string bytes;
  for (int i = 0; i < 4; ++i) bytes += static_cast<char>(value >> 8 * i & 0xff);
  return bytes;
}

/// A file whose one variable, an element with its tag, is compressed.
std::string compressed(std::string_view file, std::string_view element) {
  uLongf length = ::compressBound(element.size());
  std::string out(length, '\0');
  EXPECT_EQ(::compress(reinterpret_cast<Bytef*>(out.data()), &length,
                       reinterpret_cast<const Bytef*>(element.data()), element.size()),
            Z_OK);
  out.resize(length);
  return std::string(file.substr(0, kHeader)) + number(15) +
         number(static_cast<std::uint32_t>(length)) + out;
}

std::string checked(const std::string& file) {
  const auto bytes = checked_mat(std::as_bytes(std::span(file)), "synsets", "x.mat");
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

std::string error_of(const std::string& file) {
  try {
    checked(file);
  } catch (const Error& error) {
    EXPECT_EQ(error.origin(), Origin::data);
    EXPECT_EQ(error.place(), "x.mat");
    return error.what();
  }
  return "";
}

/// Where SciPy put things in meta_plain.mat: the name's bytes, and others as seen from there.
std::size_t name_of(const std::string& plain) { return plain.find("synsets"); }
constexpr int kVariable = -48;
constexpr int kFirstField = 160;

TEST(MatCheck, LeavesTheVariableAloneAndInflated) {
  const std::string plain = golden("meta_plain.mat");
  const std::string only = checked(plain);
  EXPECT_EQ(only.substr(kHeader), plain.substr(name_of(plain) + kVariable));
  EXPECT_EQ(only.substr(kHeader - 4, 4), plain.substr(kHeader - 4, 4));
  EXPECT_EQ(checked(golden("meta.mat")), only);
  EXPECT_EQ(checked(compressed(plain, only.substr(kHeader))), only);
  EXPECT_EQ(checked(only), only);
}

TEST(MatCheck, PassesOverOtherVariables) {
  std::string file = golden("meta_plain.mat");
  const std::string only = checked(file);
  std::string cube;  // 1 x 2 x 1 cells, of which nothing is there
  for (const std::uint32_t word : {14U, 48U, 6U, 8U, 1U, 0U, 5U, 12U, 1U, 2U, 1U, 0U}) {
    cube += number(word);
  }
  cube += number(0x10001) + "c" + std::string(3, '\0');
  EXPECT_EQ(checked(file.insert(kHeader, cube)), only);
}

TEST(MatCheck, ErrorOtherFiles) {
  EXPECT_EQ(error_of(""), "x.mat: is too short for a MAT file");
  std::string file = golden("meta_plain.mat");
  EXPECT_EQ(error_of(file.substr(0, kHeader)), "x.mat: has no variable 'synsets'");
  EXPECT_EQ(error_of(file.replace(kHeader - 4, 4, std::string("\0\2IM", 4))),
            "x.mat: is no MAT file of version 5");
  EXPECT_EQ(error_of(file.replace(kHeader - 4, 4, std::string("\1\0MI", 4))),
            "x.mat: is a big-endian MAT file; allowed: little endian");
  file = golden("meta_plain.mat");
  const std::string other = file.substr(kHeader, name_of(file) + kVariable - kHeader);
  for (int i = 0; i < 70; ++i) file.insert(kHeader, other);
  EXPECT_EQ(error_of(file), "x.mat: has none of 'synsets' among its first 64 variables");
}

TEST(MatCheck, ErrorClaimsThatTheBytesDoNotBear) {
  struct Claim {
    int at;  // from the name
    std::uint32_t value;
    const char* error;
  };
  const Claim claims[] = {
      {kVariable, 9, "holds what is no variable"},
      {kVariable + 4, 0xffffffff, "an element claims 4294967295 bytes of 7032"},
      {kVariable + 8, 5, "an array without flags"},
      {kVariable + 16, 1, "'synsets' is no struct array"},      // a cell array
      {kVariable + 16, 3, "'synsets' is no struct array"},      // an object
      {kVariable + 16, 0x802, "'synsets' is no struct array"},  // a complex one
      {kVariable + 24, 6, "an array without dimensions"},
      {kVariable + 28, 4, "an array without dimensions"},
      {kVariable + 28, 9, "an array without dimensions"},
      {kVariable + 40, 2, "an array without a name"},
      {kVariable + 28, 0x40000000, "an element claims 1073741824 bytes of"},
      {kVariable + 32, 0, "'synsets' claims 0 x 1 rows of 8 fields"},
      {kVariable + 32, 14, "is damaged: it ends too early"},
      {kVariable + 32, 12, "holds more than its rows"},
      {kVariable + 32, 0x7fffffff,
       "claims 2147483647 x 1 rows of 8 fields in 6832 bytes; allowed: "
       "1 to 106 rows"},
      {kVariable + 36, 0x80000000, "claims 13 x 2147483648 rows of 8 fields in 6832 bytes"},
      {kVariable + 44, 0x7fffffff, "an element claims 2147483647 bytes of"},
      {8, 5, "without the length of its fields' names"},
      {12, 0, "claims names of 0 in 136 bytes; allowed: 1 to 64 fields with names of up to 64"},
      {12, 1, "claims names of 1 in 136 bytes"},
      {12, 16, "claims names of 16 in 136 bytes"},
      {12, 0xffffffff, "claims names of 4294967295 in 136 bytes"},
      {20, 0xfffffff0, "an element claims 4294967280 bytes of"},
      {kFirstField, 15, "synsets(1), field 1, is damaged, or no text and no numbers"},
      {kFirstField + 4, 0xffffff00, "an element claims 4294967040 bytes of"},
      {kFirstField + 4, 0x37, "synsets(1), field 1,"},
      {kFirstField + 16, 1, "synsets(1), field 1,"},      // a cell array
      {kFirstField + 16, 2, "synsets(1), field 1,"},      // a struct array
      {kFirstField + 16, 5, "synsets(1), field 1,"},      // a sparse matrix
      {kFirstField + 16, 17, "synsets(1), field 1,"},     // an opaque object
      {kFirstField + 16, 0x806, "synsets(1), field 1,"},  // complex numbers
      {kFirstField + 28, 7, "an array without dimensions"},
      {kFirstField + 32, 0x40000000, "synsets(1), field 1,"},
      {kFirstField + 36, 2, "synsets(1), field 1,"},
      {kFirstField + 48, 5, "synsets(1), field 1,"},   // two numbers of 4 bytes
      {kFirstField + 48, 14, "synsets(1), field 1,"},  // a matrix
      {kFirstField + 52, 0x80000000, "an element claims 2147483648 bytes of 8"},
  };
  const std::string plain = golden("meta_plain.mat");
  for (const auto& [at, value, error] : claims) {
    SCOPED_TRACE(std::to_string(at) + ": " + std::to_string(value));
    std::string file = plain;
    file.replace(name_of(plain) + at, 4, number(value));
    EXPECT_THAT(error_of(file), AllOf(StartsWith("x.mat: "), HasSubstr(error)));
    const std::string element = file.substr(name_of(plain) + kVariable);
    EXPECT_THAT(error_of(compressed(plain, element)), HasSubstr(error));
  }
}

TEST(MatCheck, ErrorTextsOfAnotherLength) {
  const std::string plain = golden("meta_plain.mat");
  const std::size_t text = plain.find("n02119789");
  for (const std::uint32_t letters : {10U, 2U, 0x40000000U}) {  // UTF-8: 1 to 4 bytes each
    std::string file = plain;
    file.replace(text - 20, 4, number(letters));
    EXPECT_THAT(error_of(file), HasSubstr("synsets(1), field 2,")) << letters;
  }
}

TEST(MatCheck, ErrorInflatedToTooMuch) {
  const std::string plain = golden("meta_plain.mat");
  const std::string bomb = number(14) + number(40 << 20) + std::string(40 << 20, '\0');
  EXPECT_EQ(error_of(compressed(plain, bomb)), "x.mat: inflates to more than 16777216 bytes");
  // Two that are small enough, but not together.
  const std::string other = plain.substr(kHeader, name_of(plain) + kVariable - kHeader);
  const std::string half = compressed(plain, other + std::string(9 << 20, '\0'));
  EXPECT_EQ(error_of(half), "x.mat: has no variable 'synsets'");
  EXPECT_THAT(error_of(half + half.substr(kHeader)), HasSubstr("x.mat: inflates to more than"));
}

TEST(MatCheck, ErrorDamagedCompression) {
  const std::string file = golden("meta.mat");
  std::string damaged = file;
  damaged[damaged.size() / 2] ^= 1;
  EXPECT_EQ(error_of(damaged), "x.mat: is damaged: a compressed variable cannot be inflated");
  EXPECT_THAT(error_of(file.substr(0, file.size() - 1)), HasSubstr("an element claims"));
}

class MatCheckOfFile : public DatasetFiles {};

/// Each number of a file up to its second row, of its framing or not, replaced by a hostile one.
TEST_F(MatCheckOfFile, AnyNumberMayBeHostile) {
  const std::string plain = golden("meta_plain.mat");
  const std::size_t end = plain.find("n02100735");
  std::size_t refused = 0;
  for (std::size_t at = kHeader; at < end; at += 4) {
    for (const std::uint32_t value : {0U, 0xffffffffU, 0x7ffffff8U, 0x00040000U}) {
      std::string file = plain;
      file.replace(at, 4, number(value));
      try {
        static_cast<void>(read_meta_mat(write("x.mat", file).string()));
      } catch (const Error& error) {
        ASSERT_EQ(error.origin(), Origin::data) << error.what();
        ++refused;
      }
    }
  }
  EXPECT_GT(refused, end / 4);
}

}  // namespace
}  // namespace vggflow::testing
