#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <map>
#include <thread>

#include "command_runner.h"

namespace vggflow::testing {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::HasSubstr;

std::map<std::string, std::string> files_in(const fs::path& dir) {
  std::map<std::string, std::string> files;
  for (const auto& entry : fs::directory_iterator(dir)) {
    files[entry.path().filename().string()] = file_text(entry.path());
  }
  return files;
}

bool has_shard(const fs::path& dir, int least) {
  int shards = 0;
  std::error_code not_there_yet;
  for (const auto& entry : fs::directory_iterator(dir, not_there_yet)) {
    shards += entry.path().extension() == ".tar";
  }
  return shards >= least;
}

class DatasetPack : public ::testing::Test {
 protected:
  static constexpr const char* kSource = "{generated: {classes: 4, images: 75, seed: 2}}";

  std::vector<std::string> command(const std::string& dir, std::vector<std::string> more = {},
                                   const std::string& source = kSource) {
    const std::vector<std::string> start{VGGFLOW_COMMAND, "dataset",      "pack",
                                         source,          folder_ / dir,  "--data",
                                         folder_.path(),  "--shard-size", "10"};
    more.insert(more.begin(), start.begin(), start.end());
    return more;
  }
  CommandResult pack(const std::string& dir, std::vector<std::string> more = {},
                     const std::string& source = kSource) {
    return run_program(command(dir, std::move(more), source));
  }
  /// Starts packing, sends the signal as soon as `shards` are there, returns the status.
  int interrupted(const std::string& dir, int signal, int shards) {
    const std::vector<std::string> words = command(dir, {"--quiet", "--short-side", "60"});
    const pid_t child = ::fork();
    if (child == 0) {
      std::vector<char*> argv;
      for (const std::string& word : words) argv.push_back(const_cast<char*>(word.c_str()));
      argv.push_back(nullptr);
      ::signal(signal, SIG_DFL);  // a shell may have started the tests with it ignored
      ::execv(argv[0], argv.data());
      ::_exit(127);
    }
    using namespace std::chrono_literals;
    for (int i = 0; i < 20000 && !has_shard(folder_ / dir, shards); ++i) {
      std::this_thread::sleep_for(1ms);
    }
    ::kill(child, signal);
    int status = 0;
    ::waitpid(child, &status, 0);
    return status;
  }
  ScratchFolder folder_;
};

TEST_F(DatasetPack, PythonReadsTheSamplesThatWereWritten) {
  const CommandResult result = pack("out");
  ASSERT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(result.out, HasSubstr("30 shards of "));
  EXPECT_THAT(result.err, HasSubstr("packing  300/300  images"));
  // As WebDataset groups them: consecutive files of one key, which ends at the first dot.
  const CommandResult read = run_program(
      {"/usr/bin/python3", "-c",
       "import glob, io, itertools, re, sys, tarfile\n"
       "from PIL import Image\n"
       "classes = open(sys.argv[1] + '/classes.txt').read().split('\\n')[:-1]\n"
       "samples = []\n"
       "for path in sorted(glob.glob(sys.argv[1] + '/shard-*.tar')):\n"
       "  files = [(re.match(r'((?:.*/|)[^.]+)[.]([^/]*)$', m.name).groups(), t.extractfile(m)"
       ".read()) for t in [tarfile.open(path)] for m in t]\n"
       "  for key, group in itertools.groupby(files, lambda f: f[0][0]):\n"
       "    sample = {ending: data for (_, ending), data in group}\n"
       "    assert sorted(sample) == ['cls', 'jpg'], sample\n"
       "    Image.open(io.BytesIO(sample['jpg'])).load()\n"
       "    assert key.split('/')[0] == classes[int(sample['cls'])], key\n"
       "    samples.append(key)\n"
       "print(len(samples), len(set(samples)), samples[0], samples[-1])",
       folder_ / "out"});
  EXPECT_EQ(read.out, "300 300 00_plain_disc/0000000 03_ringed_triangle/0000074\n") << read.err;
}

TEST_F(DatasetPack, TheTarOfAllShardsIsTheFolder) {
  ASSERT_EQ(run_vggflow({"dataset", "generate", folder_ / "made", "--classes", "3", "--train", "30",
                         "--val", "3"})
                .exit_code,
            0);
  ASSERT_EQ(pack("out", {"--quiet"}, "{folder: made/train}").exit_code, 0);
  const CommandResult there = run_program(
      {"bash", "-c",
       "cd " + folder_.path().string() +
           " && mkdir u && for t in out/*.tar; do tar xf $t -C u; done && rm u/*/*.cls && diff -r "
           "u made/train"});
  EXPECT_EQ(there.exit_code, 0) << there.out << there.err;
}

TEST_F(DatasetPack, KilledAtAnyMomentItGoesOnAndEndsWithTheSameBytes) {
  ASSERT_EQ(pack("expected", {"--quiet", "--short-side", "60"}).exit_code, 0);
  const auto expected = files_in(folder_ / "expected");
  ASSERT_EQ(expected.size(), 33U);
  for (const int shards : {0, 1, 3, 12}) {
    const std::string dir = "killed" + std::to_string(shards);
    const int status = interrupted(dir, SIGKILL, shards);
    EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL) << status;
    if (fs::exists(folder_ / dir)) {
      for (const auto& [name, bytes] : files_in(folder_ / dir)) {
        if (fs::path(name).extension() != ".tar") continue;
        EXPECT_EQ(bytes, expected.at(name)) << name;
      }
    }
    const CommandResult again = pack(dir, {"--short-side", "60", "--workers", "3"});
    ASSERT_EQ(again.exit_code, 0) << again.err;
    EXPECT_EQ(files_in(folder_ / dir), expected);
  }
}

TEST_F(DatasetPack, ASignalStopsItWithNothingHalfWritten) {
  for (const int signal : {SIGINT, SIGTERM}) {
    const std::string dir = "stopped" + std::to_string(signal);
    const int status = interrupted(dir, signal, 2);
    ASSERT_TRUE(WIFEXITED(status)) << status;
    EXPECT_EQ(WEXITSTATUS(status), 75);
    const auto files = files_in(folder_ / dir);
    EXPECT_LT(files.size(), 33U);
    for (const auto& [name, bytes] : files) {
      EXPECT_EQ(name.find(".tmp"), std::string::npos) << name;
    }
    EXPECT_EQ(pack(dir, {"--quiet", "--short-side", "60"}).exit_code, 0);
    EXPECT_EQ(files_in(folder_ / dir).size(), 33U);
  }
}

TEST_F(DatasetPack, NamesWhatItDrops) {
  const CommandResult made = run_vggflow(
      {"dataset", "generate", folder_ / "made", "--classes", "2", "--train", "6", "--val", "2"});
  ASSERT_EQ(made.exit_code, 0) << made.err;
  write_file(folder_ / "made/train/00_plain_disc/0000001.jpg", "no image");
  const CommandResult result = pack("out", {"--quiet"}, "{folder: made/train}");
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_THAT(result.err, HasSubstr("warning: dropped: 00_plain_disc/0000001.jpg: decode: no im"));
  EXPECT_THAT(result.out, HasSubstr("1 images dropped"));
  EXPECT_THAT(file_text(folder_ / "out/dropped.txt"),
              HasSubstr("1\t00_plain_disc/0000001.jpg\tdecode: no image of a known kind"));
}

TEST_F(DatasetPack, SaysWhichClassIsEmptiedAndFailsIfAllAre) {
  for (const char* name : {"a", "b"}) fs::create_directories(folder_ / "set" / name);
  const auto made = run_program({"/usr/bin/python3", "-c",
                                 "import sys\nfrom PIL import Image\n"
                                 "Image.linear_gradient('L').save(sys.argv[1])",
                                 folder_ / "set/a/x.png"});
  ASSERT_EQ(made.exit_code, 0) << made.err;
  write_file(folder_ / "set/b/x.jpg", "no image");
  for (int run = 0; run < 2; ++run) {
    const CommandResult one = pack("out", {"--quiet"}, "{folder: set/}");
    EXPECT_EQ(one.exit_code, 0);
    EXPECT_THAT(one.err, HasSubstr("warning: no image of class b is left"));
    EXPECT_THAT(one.out, AllOf(HasSubstr("1 shards of folder set, 2 images"),
                               HasSubstr("1 images dropped in all\n"),
                               HasSubstr("source: {webdataset: " + (folder_ / "out").string())));
  }
  EXPECT_EQ(pack("out", {"--quiet"}, "{folder: ./set}").exit_code, 0);
  write_file(folder_ / "set/a/x.png", "none either");
  const CommandResult none = pack("none", {"--quiet"}, "{folder: set}");
  EXPECT_EQ(none.exit_code, 1);
  EXPECT_THAT(none.err, HasSubstr("none: the shards hold no image: 2 images dropped in all"));
}

TEST_F(DatasetPack, RefusesWrongFlags) {
  const std::vector<std::pair<std::vector<std::string>, std::string>> wrong{
      {{"--shard-size", "0"}, "--shard-size: Value 0 not in range 1 to"},
      {{"--short-side", "-1"}, "--short-side: Value -1 not in range 1 to 65500"},
      {{"--quality", "0"}, "--quality: Value 0 not in range 1 to 100"},
      {{"--quality", "101"}, "--quality: Value 101 not in range 1 to 100"},
      {{"--quality", "best"}, "--quality"},
      {{"--workers", "0"}, "--workers: Value 0 not in range 1 to 4096"},
      {{"--profile", "lanczos"}, "opencv-linear"},
      {{"--profile", "opencv-linear"}, "--profile requires --short-side"},
      {{"--short-side", "65501"}, "--short-side: Value 65501 not in range 1 to 65500"},
      {{"--time"}, "not expected: --time"}};
  for (const auto& [flags, message] : wrong) {
    const CommandResult result = pack("out", flags);
    EXPECT_EQ(result.exit_code, 2) << message;
    EXPECT_THAT(result.err, HasSubstr(message));
    EXPECT_FALSE(fs::exists(folder_ / "out"));
  }
  EXPECT_EQ(run_vggflow({"dataset", "pack", kSource}).exit_code, 2);
  const CommandResult nowhere = run_vggflow({"dataset", "pack", kSource, ""});
  EXPECT_EQ(nowhere.exit_code, 2);
  EXPECT_THAT(nowhere.err, HasSubstr("the folder's name is empty"));
}

TEST_F(DatasetPack, RefusesOtherOptionsInTheSameFolder) {
  ASSERT_EQ(pack("out", {"--quiet"}).exit_code, 0);
  const CommandResult other = pack("out", {"--quiet", "--quality", "80"});
  EXPECT_EQ(other.exit_code, 2);
  EXPECT_THAT(other.err,
              AllOf(HasSubstr("out: holds shards of another source or of other options"),
                    HasSubstr("'encoding: as stored' there, 'encoding: JPEG of quality 80")));
}

TEST_F(DatasetPack, RefusesAnEmptySourceAndAPlaceThatCannotBeWritten) {
  fs::create_directories(folder_ / "empty");
  EXPECT_EQ(pack("out", {}, "{folder: empty}").exit_code, 1);
  EXPECT_FALSE(fs::exists(folder_ / "out"));
  write_file(folder_ / "file", "");
  for (const std::string& place : {std::string(folder_ / "file"), std::string(folder_ / "file/in"),
                                   std::string("/proc/vggflow")}) {
    const CommandResult result = run_vggflow({"dataset", "pack", kSource, place, "--quiet"});
    EXPECT_EQ(result.exit_code, 1) << place;
    EXPECT_THAT(result.err, HasSubstr(place));
  }
}

// A limit on the size of files stands for a full disk.
TEST_F(DatasetPack, AFullDiskEndsItWithNothingHalfWritten) {
  std::string line = "trap '' XFSZ; ulimit -f 20; exec";
  for (const std::string& word : command("out", {"--quiet"})) line += " '" + word + "'";
  const CommandResult result = run_program({"bash", "-c", line});
  EXPECT_EQ(result.exit_code, 1) << result.err;
  EXPECT_THAT(result.err, HasSubstr("out/shard-000000.tar: cannot write: "));
  for (const auto& [name, bytes] : files_in(folder_ / "out")) {
    EXPECT_EQ(name.find("shard"), std::string::npos) << name;
  }
  ASSERT_EQ(pack("out", {"--quiet"}).exit_code, 0);
  ASSERT_EQ(pack("expected", {"--quiet"}).exit_code, 0);
  EXPECT_EQ(files_in(folder_ / "out"), files_in(folder_ / "expected"));
}

}  // namespace
}  // namespace vggflow::testing
