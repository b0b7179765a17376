#include "experiments/training/log_file.h"

#include <gmock/gmock.h>
#include <unistd.h>

#include <nlohmann/json.hpp>

#include "tests/experiments/training/full_disk.h"

namespace vggflow {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

class LogFileTest : public ::testing::Test {
 protected:
  void TearDown() override { fs::remove(path_); }
  std::vector<nlohmann::json> lines() const {
    std::ifstream file(path_);
    std::vector<nlohmann::json> all;
    for (std::string line; std::getline(file, line);) all.push_back(nlohmann::json::parse(line));
    return all;
  }

  fs::path path_ = fs::path(::testing::TempDir()) / ("log_" + std::to_string(::getpid()));
  TrainingHistory history_{.log = {{20, 0.5, 0.01, 2.25, 90, 50}, {40, 1, 0.01, 2, 80, 40}},
                           .timing = {{20, 55.5, 0.1}, {40, 56, 0}},
                           .validation = {{20, 0.5, 500, 88, 44}, {40, 1, 500, 71.5, 31}},
                           .failed = {}};
};

TEST_F(LogFileTest, IsTheSameWhetherWrittenAtOnceOrRowByRow) {
  { const TrainingLogFile at_once(path_, history_); }
  const auto expected = lines();
  TrainingLogFile file(path_, {});
  for (std::size_t i = 0; i < 2; ++i) {
    file.write(history_.log[i], history_.timing[i]);
    file.write(history_.validation[i]);
  }
  EXPECT_EQ(lines(), expected);
  ASSERT_EQ(expected.size(), 4U);
  EXPECT_EQ(expected[0].at("loss"), 2.25);
  EXPECT_EQ(expected[0].at("images_per_s"), 55.5);
  EXPECT_EQ(expected[1].at("validation").at("top1_error"), 88);
  EXPECT_EQ(expected[3].at("iteration"), 40);
}

TEST_F(LogFileTest, AFullDiskIsWarnedOfOnce) {
  TrainingLogFile file(path_, history_);
  const testing::FullDisk disk;
  ::testing::internal::CaptureStderr();  // a file itself, shorter than the log
  disk.takes_only(fs::file_size(path_) + 5);
  file.write(history_.log[0], history_.timing[0]);
  file.write(history_.log[1], history_.timing[1]);
  disk.has_room();
  const std::string said = ::testing::internal::GetCapturedStderr();
  EXPECT_THAT(said, HasSubstr(path_.string() + ": cannot write"));
  EXPECT_EQ(said.find("warning"), said.rfind("warning"));
}

}  // namespace
}  // namespace vggflow
