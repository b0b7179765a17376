#include <random>

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
  for (const std::string format : {"gnu", "pax", "oldgnu"}) {
    expect_same_as_folder("tar cf x.tar -C set --format=" + format + " .");
  }
  expect_same_as_folder("tar cf x.tar -C set b A");
  expect_same_as_folder("tar cf x.tar --transform 's,^set,prefix/train,' set");
  expect_same_as_folder("cd set && find . -type f | sort -r | tar cf ../x.tar --no-recursion -T -");
  expect_same_as_folder("tar cf x.tar --sort=name --blocking-factor=1 set");
  expect_same_as_folder("tar cf x.tar set/b && tar rf x.tar set/A");
}

TEST_F(TarSource, HoldsWhatTheFolderHoldsInFormatsOfShortNames) {
  fs::remove(root() / "set/A" / (std::string(180, 'n') + ".jpg"));
  for (const std::string format : {"ustar", "v7"}) {
    expect_same_as_folder("tar cf x.tar -C set --format=" + format + " .");
  }
  // ustar has a second field for what goes before a path's last 100 bytes.
  const std::string prefix = std::string(90, 'p') + "/" + std::string(50, 'q');
  expect_same_as_folder("tar cf x.tar --format=ustar --transform 's,^set," + prefix + ",' set");
}

/// Trees with all that may lie about: the tar's ids are those of the folder source.
TEST_F(TarSource, HoldsWhatTheFolderHoldsInAnyTree) {
  for (unsigned seed = 0; seed < 25; ++seed) {
    std::mt19937 random(seed);
    const auto chance = [&](int percent) { return static_cast<int>(random() % 100) < percent; };
    fs::remove_all(root() / "set");
    const std::vector<std::string> endings{".jpg", ".JPEG", ".png"};
    const int classes = 1 + static_cast<int>(random() % 4);
    for (int k = 0; k < classes; ++k) {
      const std::string folder =
          "set/c" + std::to_string(random() % 1000) + "_" + std::to_string(k) + "/";
      for (unsigned i = 0; i < 1 + random() % 3; ++i) {
        write(folder + std::to_string(random() % 1000) + endings[random() % 3], folder);
      }
      if (chance(30)) write(folder + "notes.txt", "a file of a class, whatever its name");
      if (chance(30)) write(folder + "deep/er/x.jpg", "no");
      if (chance(30)) write(folder + "deep/y.jpg", "no");
      if (chance(30)) write(folder + ".thumbs/x.jpg", "no");
      if (chance(20)) fs::create_directories(root() / folder / "bare");
    }
    if (chance(50)) write("set/README", "no");
    if (chance(50)) write("set/labels.csv", "no");
    if (chance(30)) write("set/.hidden/x.jpg", "no");
    const std::string names = chance(50) ? "set" : "--transform 's,^set,p/train,' set";
    expect_same_as_folder(chance(30) ? "tar cf x.tar -C set ." : "tar cf x.tar " + names);
  }
}

TEST_F(TarSource, WithoutImageNamesEveryFileIsAnImage) {
  fs::remove_all(root() / "set");
  write("set/a/1", "a1");
  write("set/b/1", "b1");
  expect_same_as_folder("tar cf x.tar set");
}

TEST_F(TarSource, FilesBesideThePrefixAreNoClasses) {
  write("set/b/deep/x.jpg", "no");
  write("LICENSE", "no");
  write("docs/how.txt", "no");
  expect_same_as_folder("tar cf x.tar LICENSE docs set");
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
  EXPECT_THAT(error_of_tar(), HasSubstr("x.tar: its images lie outside class folders; allowed: C"));
}

TEST_F(TarSource, ErrorClassesOfDifferentParents) {
  write("two/train/a/x.jpg", "x");
  write("two/val/a/y.jpg", "y");
  shell("tar cf x.tar two");
  EXPECT_THAT(error_of_tar(), HasSubstr("x.tar: class folders lie in 'two/train' and in 'two/val'; "
                                        "allowed: all in one folder"));
  shell("tar cf x.tar -C two train/a --transform 's,^val,val/deep,' val/a");
  EXPECT_THAT(error_of_tar(), HasSubstr("lie in 'train' and in 'val/deep'"));
}

TEST_F(TarSource, ErrorAnImageBesideTheClassesOfAPrefix) {
  write("set/preview.jpg", "x");
  shell("tar cf x.tar set");
  EXPECT_THAT(error_of_tar(), HasSubstr("x.tar: images lie in 'set' and in the folders below it"));
  expect_same_as_folder("tar cf x.tar -C set .");
}

TEST_F(TarSource, ErrorAPathThatLeadsOut) {
  shell("mkdir here && cd here && tar cPf ../x.tar ../set 2> /dev/null");
  EXPECT_THAT(error_of_tar(), AllOf(HasSubstr("x.tar: ../set"), HasSubstr("leads out of the tar"),
                                    HasSubstr("allowed: paths without '..'")));
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

TEST_F(TarSource, ErrorALinkThatMayBeAClass) {
  fs::create_directory_symlink("b", root() / "set/c");
  shell("tar cf x.tar set");
  EXPECT_THAT(error_of_tar(),
              HasSubstr("x.tar: set/c: is a symbolic link; make the tar with --deref"));
}

TEST_F(TarSource, ErrorSparse) {
  write("set/b/sparse.jpg", "x");
  fs::resize_file(root() / "set/b/sparse.jpg", 1 << 20);
  shell("tar cf x.tar --sparse --hole-detection=raw set");
  EXPECT_THAT(error_of_tar(), HasSubstr("set/b/sparse.jpg: is stored as a sparse file; make"));
}

TEST_F(TarSource, ErrorDevicesAndPipes) {
  for (const std::string type : {"CHRTYPE", "BLKTYPE", "FIFOTYPE"}) {
    shell(
        "tar cf x.tar set && /usr/bin/python3 -c \"import tarfile; t = tarfile.open('x.tar', 'a'); "
        "e = tarfile.TarInfo('set/b/odd.jpg'); e.type = tarfile." +
        type +
        "; t.addfile(e); "
        "t.close()\"");
    EXPECT_THAT(error_of_tar(), HasSubstr("set/b/odd.jpg: is not a regular file")) << type;
  }
}

}  // namespace
}  // namespace vggflow::testing
