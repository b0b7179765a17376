#include <dirent.h>
#include <dlfcn.h>

#include <atomic>
#include <cerrno>
#include <thread>

#include "base/export.h"
#include "tests/pipeline/dataset/dataset_files.h"

namespace {
constexpr int kUnlimited = 1 << 30;
std::atomic<int> readdirs_left = kUnlimited;
}  // namespace

/// Stands before libc's: a disk that fails half-way through a folder.
extern "C" VGGFLOW_API dirent* readdir(DIR* folder) {
  static const auto real = reinterpret_cast<dirent* (*)(DIR*)>(::dlsym(RTLD_NEXT, "readdir"));
  if (--readdirs_left >= 0) return real(folder);
  errno = EIO;
  return nullptr;
}

namespace vggflow::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class FolderSource : public DatasetFiles {};

TEST_F(FolderSource, IdsAndLabelsAreRanksInByteOrder) {
  write("set/b/2.jpg", "b2");
  write("set/b/10.jpg", "b10");
  write("set/Z/x.jpg", "Zx");
  write("set/\xc3\xa4/x.jpg", "ae");
  write("set/b/A.jpg", "bA");
  write("set/b/\xc3\xa9.jpg", "be");
  write("set/b.c/x.jpg", "bcx");  // as whole paths, "b.c/" would come before "b/"
  const auto dataset = open({{"folder", "set"}});
  EXPECT_THAT(dataset->classes(), ElementsAre("Z", "b", "b.c", "\xc3\xa4"));
  EXPECT_THAT(names_of(*dataset), ElementsAre("Z/x.jpg", "b/10.jpg", "b/2.jpg", "b/A.jpg",
                                              "b/\xc3\xa9.jpg", "b.c/x.jpg", "\xc3\xa4/x.jpg"));
  const std::vector<std::int32_t> labels{0, 1, 1, 1, 1, 2, 3};
  for (std::uint64_t id = 0; id < labels.size(); ++id) EXPECT_EQ(dataset->label(id), labels[id]);
  EXPECT_EQ(bytes_of(*dataset, 1), "b10");
  EXPECT_EQ(bytes_of(*dataset, 6), "ae");
  EXPECT_EQ(dataset->description(), "folder set, 7 images, 4 classes");
}

TEST_F(FolderSource, LeavesOutHiddenFilesDeeperFoldersAndWhatLiesBesideTheClasses) {
  write("set/a/x.jpg", "");
  write("set/a/.hidden", "no");
  write("set/a/deep/y.jpg", "no");
  write("set/.git/y.jpg", "no");
  write("set/README", "no");
  const auto dataset = open({{"folder", "set"}});
  EXPECT_THAT(names_of(*dataset), ElementsAre("a/x.jpg"));
  EXPECT_EQ(bytes_of(*dataset, 0), "") << "a file of no bytes is indexed; decoding will say so";
}

TEST_F(FolderSource, FollowsLinks) {
  write("elsewhere/class/x.jpg", "linked class");
  const fs::path target = write("elsewhere/y.jpg", "linked file");
  fs::create_directories(root() / "set/a");
  fs::create_symlink(target, root() / "set/a/y.jpg");
  fs::create_symlink(root() / "elsewhere/class", root() / "set/b");
  const auto dataset = open({{"folder", "set"}});
  EXPECT_EQ(bytes_of(*dataset, 0), "linked file");
  EXPECT_EQ(bytes_of(*dataset, 1), "linked class");
}

TEST_F(FolderSource, ABufferShrinksWithTheFile) {
  write("set/a/1", "a long one");
  write("set/a/2", "short");
  const auto dataset = open({{"folder", "set"}});
  std::vector<std::byte> buffer;
  dataset->read(0, buffer);
  EXPECT_EQ(buffer.size(), 10U);
  dataset->read(1, buffer);
  EXPECT_EQ(buffer.size(), 5U);
}

TEST_F(FolderSource, AVanishedFileIsNamed) {
  const fs::path path = write("set/a/x.jpg", "x");
  const auto dataset = open({{"folder", "set"}});
  fs::remove(path);
  try {
    bytes_of(*dataset, 0);
    FAIL() << "read a file that is gone";
  } catch (const Error& error) {
    EXPECT_EQ(error.origin(), Origin::system);
    EXPECT_THAT(error.what(), HasSubstr("set/a/x.jpg: cannot open: No such file"));
  }
}

TEST_F(FolderSource, ErrorEmptyClass) {
  write("set/a/x.jpg", "x");
  fs::create_directories(root() / "set/bare");
  EXPECT_THAT(error_of({{"folder", "set"}}, Origin::data), HasSubstr("class 'bare' is empty"));
}

TEST_F(FolderSource, WhatCannotBeInspectedIsReported) {
  write("set/a/x.jpg", "x");
  fs::create_symlink("loop.jpg", root() / "set/a/loop.jpg");
  fs::create_symlink("nowhere", root() / "set/a/dead.jpg");
  const auto dataset = open({{"folder", "set"}});
  ASSERT_THAT(names_of(*dataset), ElementsAre("a/dead.jpg", "a/loop.jpg", "a/x.jpg"));
  EXPECT_THROW(bytes_of(*dataset, 0), Error);
  EXPECT_THROW(bytes_of(*dataset, 1), Error);
}

TEST_F(FolderSource, ErrorWhatMayBeAClass) {
  write("set/a/x.jpg", "x");
  for (const char* target : {"loop", "nowhere"}) {
    fs::create_symlink(target, root() / "set/loop");
    EXPECT_THAT(error_of({{"folder", "set"}}, Origin::system),
                HasSubstr("set/loop: cannot tell whether this is a class folder: "));
    fs::remove(root() / "set/loop");
  }
}

TEST_F(FolderSource, ErrorAFolderThatCannotBeReadToItsEnd) {
  write("set/a/x.jpg", "x");
  write("set/b/x.jpg", "x");
  for (const int entries : {0, 4}) {  // `.` and `..` are two of them
    readdirs_left = entries;
    const std::string error = error_of({{"folder", "set"}}, Origin::system);
    readdirs_left = kUnlimited;
    EXPECT_THAT(error, HasSubstr("set: cannot read the folder: Input/output error"));
  }
}

TEST_F(FolderSource, ErrorNoClassFolders) {
  write("set/x.jpg", "x");
  EXPECT_THAT(error_of({{"folder", "set"}}, Origin::data),
              HasSubstr("set: holds no class folders; expected CLASS/IMAGE"));
}

TEST_F(FolderSource, ErrorMissingFolder) {
  EXPECT_THAT(error_of({{"folder", "nowhere"}}, Origin::system),
              HasSubstr("nowhere: cannot read the folder: No such file"));
}

TEST_F(FolderSource, EightThreadsReadTheirOwnBytes) {
  constexpr int kImages = 100;
  for (int i = 0; i < kImages; ++i) {
    write("set/c" + std::to_string(i % 3) + "/" + std::to_string(i),
          std::string(i * 37, 'a' + i % 26));
  }
  shell("tar cf set.tar set");
  for (const char* key : {"folder", "tar"}) {
    const auto dataset = open({{key, key == std::string("tar") ? "set.tar" : "set"}});
    std::vector<int> wrong(8, 0);
    std::vector<std::thread> threads;
    for (std::size_t t = 0; t < wrong.size(); ++t) {
      threads.emplace_back([&, t] {
        for (std::uint64_t k = 0; k < 4 * kImages; ++k) {
          const std::uint64_t id = (k * 7 + t * 13) % kImages;
          const std::string_view name = dataset->name(id);
          const int i = std::stoi(std::string(name.substr(name.find('/') + 1)));
          dataset->will_need(id);
          wrong[t] += bytes_of(*dataset, id) != std::string(i * 37, 'a' + i % 26);
        }
      });
    }
    for (std::thread& thread : threads) thread.join();
    EXPECT_THAT(wrong, ::testing::Each(0)) << key;
  }
}

}  // namespace
}  // namespace vggflow::testing
