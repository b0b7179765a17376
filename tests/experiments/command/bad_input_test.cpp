#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "command_runner.h"

namespace vggflow::testing {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::HasSubstr;

/// A PNG of one brown pixel.
const std::string& one_pixel() {
  static constexpr char kBytes[] =
      "\x89\x50\x4e\x47\x0d\x0a\x1a\x0a\x00\x00\x00\x0d\x49\x48\x44\x52\x00\x00\x00\x01"
      "\x00\x00\x00\x01\x08\x02\x00\x00\x00\x90\x77\x53\xde\x00\x00\x00\x0c\x49\x44\x41"
      "\x54\x78\x9c\x63\x68\x70\x50\x00\x00\x02\x24\x00\xe1\xab\x59\x62\x27\x00\x00\x00"
      "\x00\x49\x45\x4e\x44\xae\x42\x60\x82";
  static const std::string kPng(kBytes, sizeof kBytes - 1);
  return kPng;
}

/// Every bad input gives one line that says what, where and what is allowed, and nothing
/// half-written.
class BadInput : public ::testing::Test {
 protected:
  CommandResult run(const std::string& spec_text, std::vector<std::string> more = {}) {
    write_file(folder_ / "spec.yaml", spec_text);
    std::vector<std::string> arguments{"run",   folder_ / "spec.yaml", "--data", folder_.path(),
                                       "--out", folder_ / "out",       "--quiet"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    const CommandResult result = run_vggflow(arguments);
    EXPECT_EQ(std::ranges::count(result.err, '\n'), 1) << result.err;
    EXPECT_FALSE(fs::exists(folder_ / "out/bad/weights.h5"));
    EXPECT_FALSE(fs::exists(folder_ / "out/bad/results.h5"));
    return result;
  }
  static std::string replaced(std::string text, const std::string& what, const std::string& by) {
    const auto at = text.find(what);
    EXPECT_NE(at, std::string::npos) << what;
    return text.replace(at, what.size(), by);
  }
  std::string spec_with(const std::string& what, const std::string& by) {
    return replaced(tiny_spec("bad"), what, by);
  }
  std::string spec_of(const std::string& source) {
    return spec_with("{generated: {classes: 3, images: 16, seed: 1}}", source);
  }
  /// The tiny spec reading folder_/train, where the caller puts files; an epoch draws all twelve.
  std::string folder_spec(const std::string& more = "") {
    return replaced(spec_of("{folder: train}"), "batch: 8", "batch: 4") + more;
  }
  /// Three classes of four good images each.
  void good_images() {
    ASSERT_EQ(run_vggflow({"dataset", "generate", folder_ / "made", "--classes", "3", "--train",
                           "12", "--val", "3"})
                  .exit_code,
              0);
    fs::rename(folder_ / "made/train", folder_ / "train");
  }
  [[nodiscard]] fs::path an_image() const {
    const fs::path image = folder_ / "train/00_plain_disc/0000002.jpg";
    EXPECT_TRUE(fs::exists(image)) << image;
    return image;
  }
  void expect_failed_image(const CommandResult& result, const fs::path& image) {
    EXPECT_EQ(result.exit_code, 1);
    EXPECT_THAT(result.err, HasSubstr(image.filename().string())) << result.err;
  }

  ScratchFolder folder_;
};

TEST_F(BadInput, MissingSpec) {
  const CommandResult result = run_vggflow({"run", folder_ / "none.yaml"});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.err, HasSubstr("none.yaml"));
}

TEST_F(BadInput, UnknownCommandAndFlag) {
  EXPECT_EQ(run_vggflow({"fly"}).exit_code, 2);
  EXPECT_EQ(run_vggflow({}).exit_code, 2);
  const std::vector<std::vector<std::string>> commands{
      {"run", "x.yaml", "--fast"}, {"run", "x.yaml", "--gpus"}, {"evaluate", "x.yaml", "--fresh"}};
  for (const auto& command : commands) {
    const CommandResult result = run_vggflow(command);
    EXPECT_EQ(result.exit_code, 2);
    EXPECT_THAT(result.err, HasSubstr("not expected: " + command.back()));
  }
}

TEST_F(BadInput, NumbersThatMeasureOrMakeNothing) {
  const auto refused = [](const std::vector<std::string>& command, const std::string& flag) {
    const CommandResult result = run_vggflow(command);
    EXPECT_EQ(result.exit_code, 2);
    EXPECT_THAT(result.err, HasSubstr(flag));
  };
  write_file(folder_ / "spec.yaml", tiny_spec("bad"));
  refused({"bench", "pipeline", folder_ / "spec.yaml", "--batches", "0"},
          "--batches: Value 0 not in range 1 to");
  refused({"bench", "train", folder_ / "spec.yaml", "--steps", "0"},
          "--steps: Value 0 not in range 1 to");
  const std::string made = folder_ / "made";
  refused({"dataset", "generate", made, "--classes", "0"}, "--classes: got 0; allowed: at least 1");
  refused({"dataset", "generate", made, "--train", "5"}, "--train: got 5");
  refused({"dataset", "generate", made, "--val", "15"}, "allowed: a positive multiple of 10");
  EXPECT_FALSE(fs::exists(made));
}

TEST_F(BadInput, UnknownSourceIsFoundWithoutRunning) {
  write_file(folder_ / "spec.yaml", spec_of("{foldr: train}"));
  const CommandResult result = run_vggflow({"explain", folder_ / "spec.yaml"});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.err, AllOf(HasSubstr("data.train.foldr"), HasSubstr("folder, generated")));
}

TEST_F(BadInput, UnknownKey) {
  const CommandResult result = run(spec_with("momentum: 0.9", "momentun: 0.9"));
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.err, AllOf(HasSubstr("spec.yaml:"), HasSubstr("train.sgd.momentun"),
                                HasSubstr("momentum")));
}

TEST_F(BadInput, UnknownStage) {
  const CommandResult result = run(spec_with("- flip:", "- flop:"));
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.err, AllOf(HasSubstr("flop"), HasSubstr("random_crop"), HasSubstr("flip")));
}

TEST_F(BadInput, UnknownLayer) {
  const CommandResult result = run(spec_with("- pool", "- poll"));
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.err, AllOf(HasSubstr("poll"), HasSubstr("pool"), HasSubstr("spec.yaml:")));
}

TEST_F(BadInput, UnknownNetLetter) {
  const std::string spec = tiny_spec("bad");
  const auto begin = spec.find("net:");
  const auto end = spec.find("init:");
  const CommandResult result = run(spec.substr(0, begin) + "net: {config: F}\n" + spec.substr(end));
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.err, AllOf(HasSubstr("'F'"), HasSubstr("A-LRN"), HasSubstr("net.config")));
}

TEST_F(BadInput, WrongType) {
  const CommandResult result = run(spec_with("batch: 8", "batch: eight"));
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.err,
              AllOf(HasSubstr("train.batch"), HasSubstr("'eight'"), HasSubstr("a whole number")));
}

TEST_F(BadInput, ScaleSmallerThanTheCrop) {
  const CommandResult result = run(spec_with("min: 28", "min: 20"));
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.err, AllOf(HasSubstr("20"), HasSubstr("24")));
}

TEST_F(BadInput, MissingDataFolder) {
  const CommandResult result = run(folder_spec());
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(result.err, HasSubstr((folder_ / "train").string()));
}

TEST_F(BadInput, EmptyClass) {
  good_images();
  fs::create_directories(folder_ / "train" / "zz_empty");
  const CommandResult result = run(folder_spec());
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(result.err, HasSubstr("zz_empty"));
}

TEST_F(BadInput, TruncatedTar) {
  good_images();
  ASSERT_EQ(
      run_program({"tar", "-cf", folder_ / "train.tar", "-C", folder_ / "train", "."}).exit_code,
      0);
  fs::resize_file(folder_ / "train.tar", fs::file_size(folder_ / "train.tar") / 2 + 100);
  const CommandResult result = run(spec_of("{tar: train.tar}"));
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(result.err, HasSubstr("train.tar"));
}

TEST_F(BadInput, DamagedImagesUnderFail) {
  const std::string fail = "feed: {on_error: fail}\n";
  const std::vector<std::string> contents{
      "",                               // no bytes at all
      "this is no image, just a text",  // not an image
  };
  good_images();
  const fs::path image = an_image();
  const std::string whole = file_text(image);
  for (std::string content : contents) {
    write_file(image, content);
    expect_failed_image(run(folder_spec(fail)), image);
  }
  write_file(image, whole.substr(0, whole.size() / 3));
  expect_failed_image(run(folder_spec(fail)), image);
}

TEST_F(BadInput, DamagedImagesAreSkippedUnlessTheSpecSaysOtherwise) {
  good_images();
  const fs::path image = an_image();
  write_file(image, "");
  write_file(folder_ / "spec.yaml", folder_spec());
  const CommandResult result = run_vggflow(
      {"run", folder_ / "spec.yaml", "--data", folder_.path(), "--out", folder_ / "out"});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(result.err, HasSubstr(image.filename().string()));
}

// Not bad at all: rescaling makes it large enough.
TEST_F(BadInput, AnImageOfOnePixelIsAnImage) {
  good_images();
  write_file(folder_ / "train/00_plain_disc/pixel.png", one_pixel());
  write_file(folder_ / "spec.yaml", folder_spec("feed: {on_error: fail}\n"));
  const CommandResult result = run_vggflow({"run", folder_ / "spec.yaml", "--data", folder_.path(),
                                            "--out", folder_ / "out", "--set", "train.batch=13"});
  EXPECT_EQ(result.exit_code, 0) << result.err;
}

TEST_F(BadInput, ALabelOfAListOutsideItsClasses) {
  good_images();
  write_file(folder_ / "train.txt", "a.jpg 0\nb.jpg 1\nc.jpg 2\nd.jpg 3\n");
  const CommandResult result = run(spec_of("{list: train.txt, classes: 3}"));
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(result.err,
              AllOf(HasSubstr("train.txt:4"), HasSubstr("label 3"), HasSubstr("0 to 2")));
}

TEST_F(BadInput, ALabelOutsideTheClasses) {
  const CommandResult result = run(spec_with("classes: 3, images: 16", "classes: 4, images: 16"));
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(result.err, AllOf(HasSubstr("outside"), HasSubstr("3 classes")));
}

TEST_F(BadInput, WeightsOfAnotherNet) {
  write_file(folder_ / "other.yaml", replaced(tiny_spec("other"), "outputs: 12", "outputs: 10"));
  ASSERT_EQ(
      run_vggflow({"run", folder_ / "other.yaml", "--out", folder_ / "out", "--quiet"}).exit_code,
      0);
  write_file(folder_ / "spec.yaml", tiny_spec("bad"));
  const CommandResult result =
      run_vggflow({"evaluate", folder_ / "spec.yaml", "--out", folder_ / "out", "--weights",
                   folder_ / "out/other/weights.h5"});
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(result.err, AllOf(HasSubstr("other/weights.h5"), HasSubstr("conv2_1"),
                                HasSubstr("holds weights of net '")));
  EXPECT_FALSE(fs::exists(folder_ / "out/bad/evaluations/single.h5"));
}

TEST_F(BadInput, DamagedWeights) {
  write_file(folder_ / "broken.h5", "not HDF5 at all");
  write_file(folder_ / "spec.yaml", tiny_spec("bad"));
  const CommandResult result = run_vggflow({"evaluate", folder_ / "spec.yaml", "--out",
                                            folder_ / "out", "--weights", folder_ / "broken.h5"});
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(result.err, HasSubstr("broken.h5"));
}

TEST_F(BadInput, UnknownEvaluation) {
  write_file(folder_ / "spec.yaml", tiny_spec("bad"));
  ASSERT_EQ(
      run_vggflow({"run", folder_ / "spec.yaml", "--out", folder_ / "out", "--quiet"}).exit_code,
      0);
  const CommandResult result = run_vggflow(
      {"evaluate", folder_ / "spec.yaml", "--out", folder_ / "out", "--evaluation", "tripple"});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.err, AllOf(HasSubstr("tripple"), HasSubstr("single")));
}

// A limit on the size of files stands for a full disk.
TEST_F(BadInput, NoSpaceOnTheDisk) {
  write_file(folder_ / "spec.yaml", tiny_spec("bad"));
  const CommandResult result = run_program(
      {"bash", "-c",
       "trap '' XFSZ; ulimit -f 4; exec " + std::string(VGGFLOW_COMMAND) + " run " +
           (folder_ / "spec.yaml").string() + " --quiet --out " + (folder_ / "out").string()});
  EXPECT_EQ(result.exit_code, 1) << result.err;
  EXPECT_THAT(result.err, HasSubstr("out/bad")) << result.err;
  EXPECT_FALSE(fs::exists(folder_ / "out/bad/weights.h5"));
  for (const auto& entry : fs::recursive_directory_iterator(folder_ / "out")) {
    EXPECT_EQ(entry.path().string().find(".tmp"), std::string::npos) << entry.path();
  }
}

TEST(StandardOutput, OnAFullDiskIsAnError) {
  const CommandResult result =
      run_program({"sh", "-c", std::string(VGGFLOW_COMMAND) + " stages > /dev/full"});
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_EQ(result.err, "vggflow: standard output: cannot write: No space left on device\n");
}

}  // namespace
}  // namespace vggflow::testing
