#include "base/folder_lock.h"

#include <gmock/gmock.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <fstream>
#include <optional>

#include "base/error.h"

namespace vggflow {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

class FolderLockTest : public ::testing::Test {
 protected:
  void SetUp() override { fs::remove_all(root_); }
  void TearDown() override { fs::remove_all(root_); }

  fs::path root_ = fs::path(::testing::TempDir()) / ("lock_" + std::to_string(::getpid()));
  fs::path folder_ = root_ / "out" / "name";
};

TEST_F(FolderLockTest, KeepsOthersOutAndLetsThemInAfterwards) {
  std::optional<FolderLock> lock(folder_);
  try {
    const FolderLock second(folder_);
    ADD_FAILURE() << "two hold the lock";
  } catch (const Error& error) {
    EXPECT_EQ(error.origin(), Origin::usage);
    EXPECT_THAT(error.what(), HasSubstr(folder_.string()));
  }
  lock.reset();
  EXPECT_NO_THROW(FolderLock{folder_});
}

TEST_F(FolderLockTest, FoldersThatItMadeForNothingGoWithIt) {
  fs::create_directories(root_);
  { const FolderLock lock(folder_); }
  EXPECT_FALSE(fs::exists(root_ / "out"));
  EXPECT_TRUE(fs::exists(root_));
}

TEST_F(FolderLockTest, FoldersWithSomethingInThemStay) {
  {
    const FolderLock lock(folder_);
    std::ofstream(folder_ / "weights.h5") << "x";
  }
  EXPECT_TRUE(fs::exists(folder_ / "weights.h5"));
  EXPECT_FALSE(fs::exists(folder_ / FolderLock::kName));
}

TEST_F(FolderLockTest, AKilledProcessGivesItBack) {
  int ready[2];
  ASSERT_EQ(::pipe(ready), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    const FolderLock lock(folder_);
    (void)!::write(ready[1], "x", 1);
    ::pause();
    ::_exit(0);
  }
  char byte = 0;
  ASSERT_EQ(::read(ready[0], &byte, 1), 1);
  EXPECT_THROW(FolderLock{folder_}, Error);
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
  EXPECT_NO_THROW(FolderLock{folder_});
}

}  // namespace
}  // namespace vggflow
