#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "command_runner.h"

namespace vggflow::testing {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

class Reproduce : public ::testing::Test {
 protected:
  void SetUp() override { write_file(folder_ / "good.yaml", tiny_spec("good")); }

  /// Rows of these experiments, evaluation `single`.
  CommandResult reproduce(const std::vector<std::string>& names) {
    std::string table = "title: Small\nevaluation: single\nrows:\n";
    for (const std::string& name : names) {
      table += "  - {experiment: " + name + ".yaml, label: " + name + ", paper: {top1: 29.6}}\n";
    }
    write_file(folder_ / "small.yaml", table);
    return run_vggflow({"reproduce", folder_ / "small.yaml", "--data", folder_.path(), "--out",
                        folder_ / "out", "--set", "train.epochs=1"});
  }
  [[nodiscard]] std::string markdown() const { return file_text(folder_ / "out/small.md"); }

  ScratchFolder folder_;
};

TEST_F(Reproduce, RunsWhatARowStartsFromAndWritesTheTable) {
  write_file(folder_ / "next.yaml", "extends: good.yaml\nname: next\ninit: {from: good}\n");
  const CommandResult result = reproduce({"next"});
  ASSERT_EQ(result.exit_code, 0) << result.err;
  EXPECT_TRUE(fs::exists(folder_ / "out/good/weights.h5"));
  EXPECT_THAT(markdown(), AllOf(HasSubstr("# Small"), HasSubstr("| next |"), HasSubstr("| 29.6 |"),
                                HasSubstr("next/evaluations/single.h5")));
}

TEST_F(Reproduce, AFailureIsANoteAndWhatDoesNotNeedItGoesOn) {
  write_file(folder_ / "broken.yaml",
             "extends: good.yaml\nname: broken\n"
             "data: {train: {generated: null, folder: nowhere}}\n");
  write_file(folder_ / "child.yaml", "extends: good.yaml\nname: child\ninit: {from: broken}\n");
  const CommandResult result = reproduce({"broken", "child", "good"});
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(result.err, HasSubstr("not every row was measured"));
  EXPECT_THAT(
      markdown(),
      AllOf(HasSubstr("\nbroken (S [28;40]): "), HasSubstr("nowhere"),
            HasSubstr("\nchild (S [28;40]): not run: it starts from broken, which failed\n"),
            HasSubstr("good/evaluations/single.h5")));
  EXPECT_THAT(markdown(), Not(HasSubstr("child/evaluations")));
}

// The library's own exceptions are not the only ones: links in a circle are std::filesystem's.
TEST_F(Reproduce, AnyExceptionOfAnExperimentIsANote) {
  write_file(folder_ / "looped.yaml", "extends: good.yaml\nname: looped\n");
  fs::create_directories(folder_ / "out");
  fs::create_directory_symlink("looped", folder_ / "out/looped");
  const CommandResult result = reproduce({"looped", "good"});
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(markdown(),
              AllOf(HasSubstr("\nlooped (S [28;40]): "), HasSubstr("good/evaluations/single.h5")));
}

TEST_F(Reproduce, AnUnknownEvaluationIsFoundBeforeAnythingRuns) {
  write_file(folder_ / "small.yaml",
             "title: Small\nevaluation: single\nrows:\n  - {experiment: good.yaml}\n"
             "  - {experiment: good.yaml, evaluation: tripple}\n");
  const CommandResult result =
      run_vggflow({"reproduce", folder_ / "small.yaml", "--out", folder_ / "out"});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.err, AllOf(HasSubstr("tripple"), HasSubstr("single and center")));
  EXPECT_FALSE(fs::exists(folder_ / "out"));
}

}  // namespace
}  // namespace vggflow::testing
