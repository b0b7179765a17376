#include "base/atomic_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <fstream>
#include <sstream>

#include "base/error.h"

namespace vggflow {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class AtomicFile : public testing::Test {
 protected:
  void SetUp() override { fs::create_directories(folder_); }
  void TearDown() override { fs::remove_all(folder_); }

  [[nodiscard]] std::string content() const {
    std::ostringstream text;
    text << std::ifstream(path_).rdbuf();
    return text.str();
  }
  [[nodiscard]] std::size_t files() const {
    return static_cast<std::size_t>(
        std::distance(fs::directory_iterator(folder_), fs::directory_iterator()));
  }

  fs::path folder_ = fs::temp_directory_path() / ("atomic_file_" + std::to_string(::getpid()));
  fs::path path_ = folder_ / "file.txt";
};

TEST_F(AtomicFile, WritesAndReplaces) {
  write_text_atomically(path_, "first");
  write_text_atomically(path_, "second");
  EXPECT_EQ(content(), "second");
  EXPECT_EQ(files(), 1U);
}

TEST_F(AtomicFile, MakesMissingFolders) {
  path_ = folder_ / "a" / "b" / "file.txt";
  write_text_atomically(path_, "text");
  EXPECT_EQ(content(), "text");
}

TEST_F(AtomicFile, AnExceptionLeavesTheOldFileAndNoOther) {
  write_text_atomically(path_, "old");
  EXPECT_THROW(write_atomically(path_,
                                [](const fs::path& temporary) {
                                  std::ofstream(temporary) << "half";
                                  throw Error(Origin::data, "broken");
                                }),
               Error);
  EXPECT_EQ(content(), "old");
  EXPECT_EQ(files(), 1U);
}

TEST_F(AtomicFile, InStepsItAppearsWithTheCommitAndNotBefore) {
  write_text_atomically(path_, "old");
  {
    PendingFile file(path_);
    EXPECT_EQ(file.path(), path_);
    std::ofstream(file.temporary()) << "new";
    EXPECT_EQ(content(), "old");
    file.commit();
    EXPECT_EQ(content(), "new");
  }
  {
    PendingFile file(path_);
    std::ofstream(file.temporary()) << "half";
  }
  EXPECT_EQ(content(), "new");
  EXPECT_EQ(files(), 1U);
}

TEST_F(AtomicFile, AFolderThatCannotBeMadeIsNamed) {
  write_text_atomically(path_, "a file");
  try {
    write_text_atomically(path_ / "below", "text");
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), HasSubstr(path_.string()));
    EXPECT_EQ(error.exit_code(), 1);
  }
}

/// The id of a process that has ended.
pid_t dead_process() {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(0);
  ::waitpid(child, nullptr, 0);
  return child;
}

TEST_F(AtomicFile, ASweepTakesTheFilesOfKilledWritersAndNoOthers) {
  const std::string dead = std::to_string(dead_process());
  const std::string alive = std::to_string(::getppid());
  for (const std::string& name :
       {"file.txt.tmp" + dead, "file.txt.tmp" + alive, "other.txt.tmp" + dead, "file.txt" + dead,
        "file.txt.tmp" + dead + "x", std::string("file.txt.tmp"), std::string("file.txt.tmp-1"),
        "my_file.txt.tmp" + dead}) {
    std::ofstream(folder_ / name) << "half";
  }
  write_text_atomically(path_, "whole");
  EXPECT_FALSE(fs::exists(folder_ / ("file.txt.tmp" + dead)));
  EXPECT_EQ(files(), 7U + 1U);
  EXPECT_EQ(content(), "whole");
}

TEST_F(AtomicFile, AKilledWriterLeavesNothingForLong) {
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    write_atomically(path_, [](const fs::path& temporary) {
      std::ofstream(temporary) << "half";
      std::raise(SIGKILL);
    });
  }
  ASSERT_EQ(::waitpid(child, nullptr, 0), child);
  ASSERT_EQ(files(), 1U) << "the child should have left its file";
  ASSERT_FALSE(fs::exists(path_));
  write_text_atomically(path_, "whole");
  EXPECT_EQ(files(), 1U);
}

// A limit on the size of files stands for a full disk: write() fails half-way in the same manner.
TEST_F(AtomicFile, NoSpaceLeavesTheOldFileAndNoOther) {
  write_text_atomically(path_, "old");
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    std::signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{1000, 1000};
    ::setrlimit(RLIMIT_FSIZE, &limit);
    try {
      write_text_atomically(path_, std::string(100000, 'x'));
    } catch (const Error& error) {
      ::_exit(std::string(error.what()).find("cannot write") != std::string::npos ? 0 : 2);
    }
    ::_exit(1);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_EQ(WEXITSTATUS(status), 0);
  EXPECT_EQ(content(), "old");
  EXPECT_EQ(files(), 1U);
}

}  // namespace
}  // namespace vggflow
