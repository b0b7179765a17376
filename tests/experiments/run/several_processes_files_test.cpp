#include "tests/experiments/run/several_processes.h"

#include "experiments/evaluation/results_file.h"

namespace vggflow::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

/// Images in files, some of them damaged.
class SeveralProcessesAndFiles : public SeveralProcesses {
 protected:
  void SetUp() override {
    SeveralProcesses::SetUp();
    if (IsSkipped()) return;
    ASSERT_EQ(run_vggflow({"dataset", "generate", folder_ / "data", "--classes", "3", "--train",
                           "48", "--val", "6"})
                  .exit_code,
              0);
    for (const auto& file : fs::recursive_directory_iterator(folder_ / "data/train")) {
      if (file.is_regular_file()) images_.push_back(file.path());
    }
    std::ranges::sort(images_);
  }
  std::string damage(std::size_t image) {
    fs::resize_file(images_[image], fs::file_size(images_[image]) / 3);
    return fs::relative(images_[image], folder_ / "data/train");
  }
  [[nodiscard]] std::vector<std::string> from_files(std::vector<std::string> more) const {
    more.insert(more.begin(),
                {"--data", folder_ / "data", "--set", "data.train={generated: null, folder: train}",
                 "--set", "data.val={generated: null, folder: val}", "--set", "train.iterations=12",
                 "--set", "evaluate=null"});
    return more;
  }
  std::vector<fs::path> images_;
};

TEST_F(SeveralProcessesAndFiles, ListWhatFailedInAnyOfThem) {
  for (const std::size_t image : {1UL, 17UL, 30UL, 41UL}) damage(image);
  ASSERT_EQ(run_to_the_end("one", from_files({})).exit_code, 0);
  const CommandResult result = run_many(4, "four", from_files({}));
  ASSERT_EQ(result.exit_code, 0) << result.err;
  const auto one = load_history(folder_ / "one/tiny").failed;
  const auto four = load_history(folder_ / "four/tiny").failed;
  ASSERT_EQ(four.size(), 4U);
  ASSERT_EQ(one.size(), 4U);
  for (std::size_t i = 0; i < 4; ++i) {
    EXPECT_EQ(four[i].id, one[i].id);
    EXPECT_EQ(four[i].name, one[i].name);
    EXPECT_EQ(four[i].reason, one[i].reason);
    EXPECT_EQ(count_of(result.err, "left out: " + one[i].name + ": "), 1) << result.err;
  }
  expect_close_weights("one", "four");
}

TEST_F(SeveralProcessesAndFiles, CountWhatFailedInAllOfThem) {
  for (const std::size_t image : {1UL, 17UL, 30UL, 41UL}) damage(image);
  const auto limited = from_files({"--set", "feed.max_errors=3"});
  const CommandResult one = run_to_the_end("one", limited);
  const CommandResult four = run_many(4, "four", limited);
  EXPECT_EQ(one.exit_code, 1);
  EXPECT_EQ(four.exit_code, 1);
  const std::string error = one.err.substr(one.err.find("vggflow: 4 images failed"));
  EXPECT_EQ(count_of(four.err, error), 1) << four.err;
}

TEST_F(SeveralProcessesAndFiles, AnErrorOfOneEndsAllNamingItsRank) {
  const std::string name = damage(5);
  const CommandResult result = run_many(2, "two", from_files({"--set", "feed.on_error=fail"}));
  EXPECT_EQ(result.exit_code, 1) << result.err;
  EXPECT_EQ(count_of(result.err, "vggflow: "), 1) << result.err;
  EXPECT_TRUE(count_of(result.err, "vggflow: rank 0 of 2: ") == 1 ||
              count_of(result.err, "vggflow: rank 1 of 2: ") == 1)
      << result.err;
  EXPECT_THAT(result.err, HasSubstr(name));
  EXPECT_FALSE(fs::exists(weights("two")));
}

TEST_F(SeveralProcessesAndFiles, OfOtherImagesThanTheFirstOneDoNotTrain) {
  fs::create_directories(folder_ / "other");
  fs::copy(folder_ / "data", folder_ / "other", fs::copy_options::recursive);
  const fs::path renamed =
      folder_ / "other/train" / fs::relative(images_[7], folder_ / "data/train");
  fs::rename(renamed, renamed.parent_path() / "renamed.JPEG");
  auto words = command_line("apart", from_files({}));
  std::string script = "cd \"" + folder_.path().string() + "/$OMPI_COMM_WORLD_RANK\" && exec";
  for (std::string& word : words) {
    if (word == folder_ / "data") word = "data";
    script += " '" + word + "'";
  }
  for (const char* rank : {"0", "1"}) fs::create_directories(folder_ / rank);
  fs::create_directory_symlink(folder_ / "data", folder_ / "0/data");
  fs::create_directory_symlink(folder_ / "other", folder_ / "1/data");
  const CommandResult result = run_program(many(2, {"sh", "-c", script}));
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_EQ(count_of(result.err, "vggflow: rank 1 of 2 has another training images than the first"),
            1)
      << result.err;
}

}  // namespace
}  // namespace vggflow::testing
