#include "experiments/look/tensorboard.h"

#include <gmock/gmock.h>
#include <sys/resource.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <fstream>

#include "base/error.h"
#include "tests/experiments/look/oracle.h"

namespace vggflow {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;

class TensorboardTest : public ::testing::Test {
 protected:
  void SetUp() override {
    dir_ = fs::path(::testing::TempDir()) / ("vggflow_events_" + std::to_string(::getpid()));
    fs::remove_all(dir_);
  }
  void TearDown() override { fs::remove_all(dir_); }

  /// What a reader that is not ours finds in the files, in this order.
  static std::string read(const std::vector<fs::path>& files) {
    return oracle(VGGFLOW_TENSORBOARD_ORACLE, {files.begin(), files.end()});
  }

  fs::path dir_;
};

TEST_F(TensorboardTest, AnotherReaderFindsEveryScalar) {
  EventFile events(dir_ / "A", 0);
  write_row(events,
            {.iteration = 20,
             .epoch = 0.5,
             .rate = 0.01,
             .loss = 6.90775,
             .top1_error = 99.5,
             .top5_error = 97.25},
            {.iteration = 20, .images_per_s = 1376.5, .wait_share = 0});
  write_row(events,
            ValidationRow{
                .iteration = 40, .epoch = 1, .images = 100, .top1_error = 0, .top5_error = 1e-30});
  EXPECT_EQ(read({events.path()}),
            "version brain.Event:2\nstart 1\n"
            "20 train/loss 6.90775013\n20 train/top1_error 99.5\n20 train/top5_error 97.25\n"
            "20 train/rate 0.00999999978\n20 time/images_per_s 1376.5\n20 time/wait_share 0\n"
            "40 validation/top1_error 0\n40 validation/top5_error 1e-30\n");
}

TEST_F(TensorboardTest, LargeStepsAndOddTagsAreWholeInTheFile) {
  EventFile events(dir_, 5'000'000'000);
  const std::string tag = "caf\xC3\xA9/" + std::string(300, 'x');  // lengths of two bytes
  events.write(5'000'000'001, std::array{EventScalar{tag, -2.5}});
  EXPECT_EQ(read({events.path()}),
            "version brain.Event:2\nstart 5000000001\n5000000001 " + tag + " -2.5\n");
}

TEST_F(TensorboardTest, ARunThatGoesOnStartsAFileOfItsOwnAndSaysWhere) {
  const auto scalar = std::to_array<EventScalar>({{"train/loss", 1}});
  EventFile first(dir_, 0);
  first.write(20, scalar);
  EventFile second(dir_, 10);  // the last checkpoint
  second.write(20, scalar);
  EXPECT_LT(first.path(), second.path());  // TensorBoard reads in this order
  EXPECT_EQ(read({first.path(), second.path()}),
            "version brain.Event:2\nstart 1\n20 train/loss 1\n"
            "version brain.Event:2\nstart 11\n20 train/loss 1\n");
}

TEST_F(TensorboardTest, NamesAreWhatTensorboardLooksFor) {
  const EventFile events(dir_, 0);
  EXPECT_THAT(events.path().filename().string(),
              MatchesRegex("events\\.out\\.tfevents\\.[0-9]+\\..+\\." + std::to_string(::getpid()) +
                           "\\.0"));
}

TEST_F(TensorboardTest, AFolderThatCannotBeIsASystemError) {
  std::ofstream(dir_) << "a file";
  try {
    const EventFile events(dir_ / "A", 0);
    FAIL() << "nothing was thrown";
  } catch (const Error& error) {
    EXPECT_EQ(error.origin(), Origin::system);
    EXPECT_THAT(error.place(), HasSubstr((dir_ / "A").string()));
  }
}

/// Files of this process end there, as on a full disk, while this lives.
class FullDisk {
 public:
  explicit FullDisk(rlim_t bytes) {
    ::getrlimit(RLIMIT_FSIZE, &before_);
    handler_ = std::signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{.rlim_cur = bytes, .rlim_max = before_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FullDisk() {
    ::setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, handler_);
  }
  FullDisk(const FullDisk&) = delete;
  FullDisk& operator=(const FullDisk&) = delete;

 private:
  rlimit before_{};
  void (*handler_)(int) = nullptr;
};

TEST_F(TensorboardTest, AFullDiskIsAnErrorAndCostsNothingButThatEvent) {
  const auto scalar = std::to_array<EventScalar>({{"train/loss", 1}});
  EventFile events(dir_, 0);
  events.write(1, scalar);
  const auto whole = fs::file_size(events.path());
  for (const rlim_t more : {0, 1, 9, 25}) {
    const FullDisk full(whole + more);
    EXPECT_THROW(events.write(2, scalar), Error);
    EXPECT_EQ(fs::file_size(events.path()), whole);
  }
  events.write(3, scalar);
  EXPECT_EQ(read({events.path()}),
            "version brain.Event:2\nstart 1\n1 train/loss 1\n3 train/loss 1\n");
}

}  // namespace
}  // namespace vggflow
