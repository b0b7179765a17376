#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "command_runner.h"

namespace vggflow::testing {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::HasSubstr;

class DatasetVerify : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_EQ(run_vggflow({"dataset", "generate", folder_ / "made", "--classes", "3", "--train",
                           "30", "--val", "3"})
                  .exit_code,
              0);
    fs::rename(folder_ / "made/train", folder_ / "train");
  }
  CommandResult verify(std::vector<std::string> more = {},
                       const std::string& source = "{folder: train}") {
    more.insert(more.begin(), {"dataset", "verify", source, "--data", folder_.path()});
    return run_vggflow(more);
  }
  void damage() {
    write_file(folder_ / "train/00_plain_disc/0000003.jpg", "no image");
    const fs::path cut = folder_ / "train/02_checked_triangle/0000009.jpg";
    ASSERT_TRUE(fs::exists(cut));
    fs::resize_file(cut, fs::file_size(cut) - 20);  // the last rows only
  }
  ScratchFolder folder_;
};

TEST_F(DatasetVerify, OfGoodImagesIsDone) {
  const CommandResult result = verify();
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_EQ(result.out, "folder train, 30 images, 3 classes: 0 failed\n");
  EXPECT_THAT(result.err, HasSubstr("verifying  30/30  images"));
  EXPECT_EQ(verify({"--quiet"}).err, "");
}

TEST_F(DatasetVerify, ListsWhatFailsAndWhyAndEndsWithOne) {
  damage();
  const CommandResult one = verify({"--quiet", "--workers", "1"});
  EXPECT_EQ(one.exit_code, 1);
  EXPECT_THAT(one.out,
              AllOf(HasSubstr("00_plain_disc/0000003.jpg: decode: no image of a known kind"),
                    HasSubstr("\n02_checked_triangle/0000009.jpg: decode: damaged JPEG: "),
                    HasSubstr("\nfolder train, 30 images, 3 classes: 2 failed\n")));
  EXPECT_EQ(one.err, "vggflow: folder train, 30 images, 3 classes: 2 failed of 30 images\n");
  EXPECT_EQ(verify({"--quiet", "--workers", "8"}).out, one.out);
}

TEST_F(DatasetVerify, WritesTheListAsJson) {
  damage();
  write_file(folder_ / "train/00_plain_disc/\xff.jpg", "a name that is no UTF-8");
  EXPECT_EQ(verify({"--json", folder_ / "list.json"}).exit_code, 1);
  const CommandResult read = run_program(
      {"/usr/bin/python3", "-c",
       "import json, sys\n"
       "j = json.load(open(sys.argv[1]))\n"
       "print(j['source'], j['images'], [(f['id'], f['name'], f['reason'][:6]) for f in "
       "j['failed']])",
       folder_ / "list.json"});
  EXPECT_EQ(read.out,
            "folder train, 31 images, 3 classes 31 [(3, '00_plain_disc/0000003.jpg', 'decode'), "
            "(10, '00_plain_disc/\xef\xbf\xbd.jpg', 'decode'), "
            "(30, '02_checked_triangle/0000009.jpg', 'decode')]\n")
      << read.err;
}

TEST_F(DatasetVerify, WorksOnEverySource) {
  ASSERT_EQ(
      run_program({"tar", "cf", folder_ / "train.tar", "-C", folder_ / "train", "."}).exit_code, 0);
  write_file(folder_ / "list.txt", "train/00_plain_disc/0000001.jpg 0\nnone.jpg 0\n");
  EXPECT_EQ(verify({}, "{tar: train.tar}").exit_code, 0);
  EXPECT_FALSE(fs::exists(folder_ / "cache"));
  EXPECT_EQ(verify({"--cache", folder_ / "cache"}, "{tar: train.tar}").exit_code, 0);
  EXPECT_FALSE(fs::is_empty(folder_ / "cache"));
  EXPECT_EQ(verify({}, "{generated: {classes: 2, images: 5}}").exit_code, 0);
  const CommandResult list = verify({}, "{list: list.txt}");
  EXPECT_EQ(list.exit_code, 1);
  EXPECT_THAT(list.out, HasSubstr("none.jpg: read: "));
}

TEST_F(DatasetVerify, RefusesWrongFlagsAndSources) {
  EXPECT_EQ(verify({"--workers", "0"}).exit_code, 2);
  EXPECT_EQ(verify({"--workers", "many"}).exit_code, 2);
  EXPECT_EQ(verify({"--fast"}).exit_code, 2);
  EXPECT_EQ(verify({}, "{foldr: train}").exit_code, 2);
  EXPECT_EQ(verify({}, "{folder: [").exit_code, 2);
  EXPECT_EQ(run_vggflow({"dataset", "verify"}).exit_code, 2);
  fs::create_directories(folder_ / "empty");
  const CommandResult empty = verify({}, "{folder: empty}");
  EXPECT_EQ(empty.exit_code, 1);
  EXPECT_THAT(empty.err, HasSubstr("empty"));
}

TEST_F(DatasetVerify, AJsonThatCannotBeWrittenIsAnError) {
  const CommandResult result = verify({"--quiet", "--json", folder_ / "train.txt/list.json"});
  EXPECT_EQ(result.exit_code, 0);  // the folder is made
  write_file(folder_ / "file", "");
  const CommandResult refused = verify({"--quiet", "--json", folder_ / "file/list.json"});
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_THAT(refused.err, HasSubstr("cannot make the folder"));
}

}  // namespace
}  // namespace vggflow::testing
