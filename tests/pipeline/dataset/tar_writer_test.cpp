#include "pipeline/dataset/tar_writer.h"

#include <sys/resource.h>
#include <sys/wait.h>

#include <csignal>
#include <sstream>

#include "tests/pipeline/dataset/dataset_files.h"

namespace vggflow::testing {
namespace {

using ::testing::HasSubstr;

class TarWriterTest : public DatasetFiles {
 protected:
  using Files = std::vector<std::pair<std::string, std::string>>;

  /// Awkward names and lengths.
  static Files files() {
    return {{"b/2.jpg", std::string(700, '2')},
            {"b/empty.cls", ""},
            {"b/block.jpg", std::string(512, 'x')},
            {"A/" + std::string(180, 'n') + ".jpg", "long name"},
            {std::string(90, 'd') + "/" + std::string(90, 'e') + "/f.jpg", "long path"},
            {"A/\xc3\xa9t\xc3\xa9 sp.jpg", "summer"},
            {"A/\xff\xfe.jpg", "not UTF-8"}};
  }
  fs::path write_tar(const std::string& name, const Files& files) const {
    const fs::path path = root() / name;
    TarWriter tar(path, "the tar");
    for (const auto& [file, content] : files) {
      tar.add(file, std::as_bytes(std::span(content)));
    }
    tar.close();
    return path;
  }
  static std::string text_of(const fs::path& path) {
    std::ostringstream text;
    text << std::ifstream(path, std::ios::binary).rdbuf();
    return text.str();
  }
};

TEST_F(TarWriterTest, GnuTarFindsWhatWasWritten) {
  write_tar("x.tar", files());
  fs::create_directories(root() / "out");
  shell("tar xf x.tar -C out 2> warnings");
  EXPECT_EQ(text_of(root() / "warnings"), "");
  for (const auto& [name, content] : files()) {
    EXPECT_EQ(text_of(root() / "out" / name), content) << name;
  }
  shell("TZ=UTC tar tvf x.tar b > listing");
  EXPECT_THAT(text_of(root() / "listing"),
              HasSubstr("-rw-r--r-- 0/0             700 1970-01-01 00:00 b/2.jpg"));
}

TEST_F(TarWriterTest, PythonFindsWhatWasWritten) {
  write_tar("x.tar", files());
  shell(
      "/usr/bin/python3 -c \"import tarfile\n"
      "for m in tarfile.open('x.tar', 'r|', errors='surrogateescape'):\n"
      "  print(len(m.name.encode('utf-8', 'surrogateescape')), m.size, m.mtime, m.uid, m.gid,\n"
      "        oct(m.mode), m.isreg(), repr(m.uname + m.gname))\" > listing");
  std::string expected;
  for (const auto& [name, content] : files()) {
    expected += std::to_string(name.size()) + " " + std::to_string(content.size()) +
                " 0 0 0 0o644 True ''\n";
  }
  EXPECT_EQ(text_of(root() / "listing"), expected);
}

TEST_F(TarWriterTest, TheTarSourceFindsWhatWasWritten) {
  write_tar("x.tar", {{"b/2.jpg", "two"}, {"a/\xff.jpg", "one"}});
  const auto dataset = open({{"tar", "x.tar"}});
  ASSERT_EQ(names_of(*dataset), (std::vector<std::string>{"a/\xff.jpg", "b/2.jpg"}));
  EXPECT_EQ(bytes_of(*dataset, 0), "one");
}

TEST_F(TarWriterTest, TheBytesAreAFunctionOfNamesAndContents) {
  const std::string first = text_of(write_tar("x.tar", files()));
  EXPECT_EQ(text_of(write_tar("y.tar", files())), first);
  EXPECT_EQ(first.size() % 512, 0U);
  EXPECT_EQ(text_of(write_tar("empty.tar", {})).find_first_not_of('\0'), std::string::npos);
  shell("tar tf empty.tar");
}

TEST_F(TarWriterTest, ErrorWhereItCannotBeMade) {
  try {
    TarWriter(root() / "no/x.tar", "the tar");
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_EQ(error.origin(), Origin::system);
    EXPECT_THAT(error.what(), HasSubstr("the tar: cannot write: "));
  }
}

// A limit on the size of files stands for a full disk.
TEST_F(TarWriterTest, ErrorWhereTheDiskIsFull) {
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    ::signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{4096, 4096};
    ::setrlimit(RLIMIT_FSIZE, &limit);
    try {
      write_tar("x.tar", {{"a", std::string(20000, 'a')}, {"b", std::string(20000, 'b')}});
    } catch (const Error& error) {
      ::_exit(std::string(error.what()).starts_with("the tar: cannot write: ") ? 0 : 2);
    }
    ::_exit(1);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
}

}  // namespace
}  // namespace vggflow::testing
