#include "base/sealed_file.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>

#include "base/error.h"
#include "base/sha256.h"

namespace vggflow {
namespace {

namespace fs = std::filesystem;

class SealedFileTest : public ::testing::Test {
 protected:
  void TearDown() override { fs::remove(path_); }
  void write(const std::string& bytes) { std::ofstream(path_, std::ios::binary) << bytes; }
  std::string bytes() const {
    std::ifstream in(path_, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }

  fs::path path_ = fs::path(::testing::TempDir()) / ("sealed_" + std::to_string(::getpid()));
};

TEST_F(SealedFileTest, TheSealIsTheDigestOfWhatIsBeforeIt) {
  const std::string text = "weights";
  write(text);
  seal(path_);
  Sha256 sha;
  sha.update(text);
  EXPECT_EQ(bytes(), text + "\nsealed SHA-256 " + sha.hex() + "\n");
  EXPECT_NO_THROW(check_seal(path_));
}

TEST_F(SealedFileTest, SealOfIsWhatTheLastLineSays) {
  write("weights");
  EXPECT_EQ(seal_of(path_), "");
  seal(path_);
  Sha256 sha;
  sha.update("weights");
  EXPECT_EQ(seal_of(path_), sha.hex());
  fs::remove(path_);
  EXPECT_EQ(seal_of(path_), "");
}

TEST_F(SealedFileTest, EveryDamagedByteAndEveryCutIsFound) {
  write("some bytes");
  seal(path_);
  const std::string whole = bytes();
  for (std::size_t i = 0; i < whole.size(); ++i) {
    std::string damaged = whole;
    damaged[i] = static_cast<char>(damaged[i] ^ 4);
    write(damaged);
    EXPECT_THROW(check_seal(path_), Error) << i;
    write(whole.substr(0, i));
    EXPECT_THROW(check_seal(path_), Error) << i;
  }
  write(whole + "x");
  EXPECT_THROW(check_seal(path_), Error);
}

TEST_F(SealedFileTest, BlocksOfAnySizeAreSealed) {
  for (const std::size_t size : {0U, 1U, (1U << 20) - 1, 1U << 20, (1U << 20) + 1}) {
    write(std::string(size, 'a'));
    seal(path_);
    if (size == 0) continue;  // nothing to check: such a file is refused
    EXPECT_NO_THROW(check_seal(path_)) << size;
  }
}

TEST_F(SealedFileTest, AMissingFileIsAnError) { EXPECT_THROW(check_seal(path_), Error); }

}  // namespace
}  // namespace vggflow
