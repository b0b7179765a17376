#include "tests/pipeline/dataset/dataset_files.h"

namespace vggflow::testing {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class TarSource : public DatasetFiles {
 protected:
  void SetUp() override {
    write("set/b/2.jpg", std::string(700, '2'));
    write("set/b/10.jpg", "ten");
    write("set/b/none.jpg", "");
    write("set/A/\xc3\xa9t\xc3\xa9.jpg", "summer");
    write("set/A/" + std::string(180, 'n') + ".jpg", "long name");
    write("set/A/\xff\xfe.jpg", "not UTF-8");
    write("set/A/.hidden", "no");
  }

  /// The tar `made_by` writes holds what the folder `set` holds, under the same ids.
  void expect_same_as_folder(const std::string& made_by) {
    SCOPED_TRACE(made_by);
    shell(made_by);
    const auto folder = open({{"folder", "set"}});
    const auto tar = open({{"tar", "x.tar"}});
    EXPECT_EQ(tar->classes(), folder->classes());
    ASSERT_EQ(names_of(*tar), names_of(*folder));
    for (std::uint64_t id = 0; id < folder->size(); ++id) {
      EXPECT_EQ(tar->label(id), folder->label(id));
      EXPECT_EQ(bytes_of(*tar, id), bytes_of(*folder, id)) << folder->name(id);
    }
  }

  std::string error_of_tar() const { return error_of({{"tar", "x.tar"}}, Origin::data); }
};

TEST_F(TarSource, HoldsWhatTheFolderHoldsHoweverItWasMade) {
  for (const std::string format : {"gnu", "pax", "ustar", "v7", "oldgnu"}) {
    const bool short_names_only = format == "v7";
    const std::string options = " --format=" + format + (short_names_only ? " --exclude=nnn*" : "");
    if (short_names_only) fs::remove(root() / "set/A" / (std::string(180, 'n') + ".jpg"));
    if (format == "ustar") continue;  // cannot hold a file name of more than 100 bytes
    expect_same_as_folder("tar cf x.tar -C set" + options + " .");
    if (short_names_only) SetUp();
  }
  expect_same_as_folder("tar cf x.tar -C set b A");
  expect_same_as_folder("tar cf x.tar --transform 's,^set,prefix/train,' set");
  expect_same_as_folder("cd set && find . -type f | sort -r | tar cf ../x.tar --no-recursion -T -");
  expect_same_as_folder("tar cf x.tar --sort=name --blocking-factor=1 set");
  expect_same_as_folder("tar cf x.tar set/b && tar rf x.tar set/A");
}

TEST_F(TarSource, TheBytesLieWherePythonFindsThem) {
  shell(
      "/usr/bin/python3 -c \"import tarfile; t = tarfile.open('x.tar', 'w', "
      "format=tarfile.PAX_FORMAT, errors='surrogateescape'); t.add('set'); t.close()\"");
  expect_same_as_folder("true");
}

TEST_F(TarSource, IsDescribedWithItsCounts) {
  shell("tar cf x.tar set");
  EXPECT_EQ(open({{"tar", "x.tar"}})->description(), "tar x.tar, 6 images, 2 classes");
}

TEST_F(TarSource, ErrorMissing) {
  EXPECT_THAT(error_of({{"tar", "no.tar"}}, Origin::system), HasSubstr("no.tar: cannot open"));
}

TEST_F(TarSource, ErrorAFolderIsNoTar) {
  EXPECT_THAT(error_of({{"tar", "set"}}, Origin::system), HasSubstr("set: is not a regular file"));
}

TEST_F(TarSource, ErrorTruncatedInsideAnEntryNamesIt) {
  shell("tar cf x.tar set/b/2.jpg && truncate -s 900 x.tar");
  EXPECT_THAT(error_of_tar(), AllOf(HasSubstr("x.tar: set/b/2.jpg: is truncated"),
                                    HasSubstr("end at byte 1212 of a tar of 900 bytes")));
}

TEST_F(TarSource, ErrorTornHeaderNamesTheEntryBefore) {
  shell("tar cf x.tar set/b/10.jpg set/b/2.jpg && truncate -s 1300 x.tar");
  EXPECT_THAT(error_of_tar(), HasSubstr("x.tar: is no whole tar after the entry set/b/10.jpg"));
}

TEST_F(TarSource, ErrorTruncatedBetweenEntries) {
  shell("tar cf x.tar set/b/10.jpg set/b/2.jpg && truncate -s 1024 x.tar");
  EXPECT_THAT(error_of_tar(),
              AllOf(HasSubstr("x.tar: set/b/10.jpg: "), HasSubstr("the tar is truncated")));
}

TEST_F(TarSource, ErrorAtEveryTruncation) {
  shell("tar cf whole.tar --blocking-factor=1 --format=gnu set");
  const auto bytes = fs::file_size(root() / "whole.tar");
  for (std::uintmax_t keep = 0; keep + 1024 < bytes; keep += 179) {
    fs::copy_file(root() / "whole.tar", root() / "x.tar", fs::copy_options::overwrite_existing);
    fs::resize_file(root() / "x.tar", keep);
    EXPECT_THAT(error_of_tar(), HasSubstr("x.tar: ")) << keep;
  }
}

TEST_F(TarSource, ErrorCompressed) {
  for (const auto& [option, name] : {std::pair{"z", "gzip"}, {"j", "bzip2"}, {"J", "xz"}}) {
    if (std::system((std::string("command -v ") + name + " > /dev/null").c_str()) != 0) continue;
    shell(std::string("tar c") + option + "f x.tar set");
    EXPECT_THAT(error_of_tar(), AllOf(HasSubstr(std::string("is compressed with ") + name),
                                      HasSubstr("decompress the tar first")));
  }
}

TEST_F(TarSource, ErrorOther) {
  write("x.tar", std::string(5000, 'x'));
  EXPECT_THAT(error_of_tar(), HasSubstr("x.tar: is no whole tar"));
  write("x.tar", "");
  EXPECT_THAT(error_of_tar(), HasSubstr("x.tar: "));
  write("x.tar", std::string(10240, '\0'));
  EXPECT_THAT(error_of_tar(), HasSubstr("x.tar: holds no images; expected CLASS/IMAGE"));
}

TEST_F(TarSource, ErrorFileOutsideClassFolders) {
  shell("tar cf x.tar -C set/b 10.jpg");
  EXPECT_THAT(error_of_tar(), HasSubstr("x.tar: 10.jpg: lies outside the class folders"));
}

TEST_F(TarSource, ErrorEmptyClass) {
  fs::create_directories(root() / "set/bare");
  shell("tar cf x.tar set");
  EXPECT_THAT(error_of_tar(), HasSubstr("x.tar: class 'bare' is empty"));
}

TEST_F(TarSource, ErrorTwice) {
  shell("tar cf x.tar set && tar rf x.tar set/b/2.jpg");
  EXPECT_THAT(error_of_tar(), HasSubstr("x.tar: b/2.jpg: occurs twice"));
}

TEST_F(TarSource, ErrorLinks) {
  fs::create_symlink("2.jpg", root() / "set/b/soft.jpg");
  shell("tar cf x.tar set/b/soft.jpg");
  EXPECT_THAT(error_of_tar(), HasSubstr("soft.jpg: is a symbolic link; make the tar with --deref"));
  fs::create_hard_link(root() / "set/b/2.jpg", root() / "set/b/hard.jpg");
  shell("tar cf x.tar set/b/2.jpg set/b/hard.jpg");
  EXPECT_THAT(error_of_tar(), HasSubstr("hard.jpg: is a hard link; make the tar with --hard"));
}

}  // namespace
}  // namespace vggflow::testing
