#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <iterator>
#include <sstream>

#include "command_runner.h"
#include "experiments/spec/yaml.h"

namespace vggflow::testing {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::HasSubstr;

std::vector<double> numbers_in(const std::string& text) {
  std::istringstream in(text);
  return {std::istream_iterator<double>(in), {}};
}

std::vector<double> numbers_of(const Value& list) {
  std::vector<double> numbers;
  for (const Value& item : list.items) numbers.push_back(std::stod(item.scalar));
  return numbers;
}

class DatasetStats : public ::testing::Test {
 protected:
  void SetUp() override { ASSERT_EQ(oracle({"make", folder_ / "set"}).exit_code, 0); }
  static CommandResult oracle(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {"/usr/bin/python3", VGGFLOW_COLOURS_ORACLE});
    return run_program(arguments);
  }
  CommandResult stats(std::vector<std::string> more = {}) {
    more.insert(more.begin(), {"dataset", "stats", "{folder: set}", "--data", folder_.path()});
    return run_vggflow(more);
  }
  /// What was printed, as the oracle prints it: mean, eigenvalues, eigenvectors.
  static std::vector<double> numbers(const CommandResult& result) {
    EXPECT_EQ(result.exit_code, 0) << result.err;
    const Value stages = parse_yaml(result.out, "stats");
    EXPECT_EQ(stages.items.size(), 2U);
    const Value& shift = *stages.items[0].find("colour_shift");
    std::vector<double> all = numbers_of(*stages.items[1].find("subtract_mean")->find("rgb"));
    for (const char* key : {"eigenvalues", "eigenvectors"}) {
      for (const double number : numbers_of(*shift.find(key))) all.push_back(number);
    }
    return all;
  }
  static void expect_near(const std::vector<double>& seen, const std::string& expected) {
    const std::vector<double> wanted = numbers_in(expected);
    ASSERT_EQ(wanted.size(), 15U);
    ASSERT_EQ(seen.size(), 15U);
    for (std::size_t i = 0; i < 15; ++i) {
      EXPECT_NEAR(seen[i], wanted[i], i < 3 ? 0.000501 : 0.0000501) << i;
    }
  }
  ScratchFolder folder_;
};

TEST_F(DatasetStats, AreThoseThatNumpyFinds) {
  expect_near(numbers(stats()), oracle({"expect", folder_ / "set"}).out);
}

TEST_F(DatasetStats, AfterShrinkingAsPillowDoes) {
  expect_near(numbers(stats({"--short-side", "24", "--profile", "pillow-bilinear"})),
              oracle({"expect", folder_ / "set", "24"}).out);
}

TEST_F(DatasetStats, AreTheSameForAnyWorkers) {
  const CommandResult one = stats({"--workers", "1"});
  EXPECT_EQ(one.exit_code, 0);
  EXPECT_EQ(stats({"--workers", "8"}).out, one.out);
}

TEST_F(DatasetStats, CanBePastedIntoASpec) {
  std::string spec = tiny_spec("pasted");
  const std::string stage = "  - normalize:";
  std::string stages;
  std::istringstream printed(stats().out);
  for (std::string line; std::getline(printed, line);) stages += "  " + line + "\n";
  spec.insert(spec.find(stage), stages);
  write_file(folder_ / "spec.yaml", spec);
  const CommandResult explained = run_vggflow({"explain", folder_ / "spec.yaml"});
  EXPECT_EQ(explained.exit_code, 0) << explained.err << spec;
  EXPECT_THAT(explained.out, HasSubstr("colour_shift"));
}

TEST_F(DatasetStats, SayWhatTheyAreOf) {
  EXPECT_THAT(stats().out, HasSubstr("# 12 images, "));
  EXPECT_THAT(stats().out, HasSubstr(" pixels, as stored, of folder set, 12 images, 3 classes\n"));
  EXPECT_THAT(stats({"--images", "5", "--short-side", "24"}).out,
              AllOf(HasSubstr("# 5 images, "),
                    HasSubstr("shrunk to a short side of 24 px (pillow-bilinear), of folder set")));
}

TEST_F(DatasetStats, OfGreyPicturesHaveOneAxis) {
  ASSERT_EQ(run_program({"/usr/bin/python3", "-c",
                         "import os, sys\nfrom PIL import Image\n"
                         "os.makedirs(sys.argv[1] + '/c')\n"
                         "Image.linear_gradient('L').save(sys.argv[1] + '/c/x.png')",
                         folder_ / "grey"})
                .exit_code,
            0);
  const CommandResult result =
      run_vggflow({"dataset", "stats", "{folder: grey}", "--data", folder_.path()});
  EXPECT_THAT(result.out, HasSubstr(", 0.0000, 0.0000]"));
  EXPECT_THAT(result.out, HasSubstr("eigenvectors: [0.5774, "));
  EXPECT_EQ(result.out.find("-0.0000"), std::string::npos) << result.out;
  EXPECT_THAT(result.out, HasSubstr("rgb: [127.500, 127.500, 127.500]"));
}

TEST_F(DatasetStats, LeaveOutDamagedImagesAndSaySo) {
  const fs::path image = folder_ / "set/class0/03.png";
  fs::resize_file(image, fs::file_size(image) / 2);
  const CommandResult result = stats();
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_THAT(result.out, HasSubstr("# 11 images, "));
  EXPECT_THAT(result.err, HasSubstr("warning: left out: class0/03.png: decode: "));
}

TEST_F(DatasetStats, RefuseWrongFlags) {
  const std::vector<std::pair<std::vector<std::string>, std::string>> wrong{
      {{"--images", "0"}, "--images: Value 0 not in range 1 to"},
      {{"--short-side", "0"}, "--short-side: Value 0 not in range 1 to"},
      {{"--workers", "0"}, "--workers: Value 0 not in range 1 to 4096"},
      {{"--profile", "lanczos"}, "pillow-bilinear"},
      {{"--profile", "opencv-linear"}, "--profile requires --short-side"},
      {{"--short-side", "65501"}, "--short-side: Value 65501 not in range 1 to 65500"},
      {{"--speed"}, "not expected: --speed"}};
  for (const auto& [flags, message] : wrong) {
    const CommandResult result = stats(flags);
    EXPECT_EQ(result.exit_code, 2) << message;
    EXPECT_THAT(result.err, HasSubstr(message));
    EXPECT_EQ(result.out, "");
  }
}

}  // namespace
}  // namespace vggflow::testing
