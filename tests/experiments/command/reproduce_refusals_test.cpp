#include <gmock/gmock.h>

#include <map>

#include "reproduce_fixture.h"

namespace vggflow::testing {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::ContainsRegex;
using ::testing::HasSubstr;

// What other readers see of the folder: every file with its bytes.
std::map<std::string, std::string> files_in(const fs::path& folder) {
  std::map<std::string, std::string> files;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    files[entry.path().string()] = entry.is_regular_file() ? file_text(entry.path()) : "";
  }
  return files;
}

TEST_F(Reproduce, ADryRunWritesNothingAndTellsWhatIsToBeDone) {
  add_twin("twin");
  const std::string rows =
      "  - {name: two, fuse: [good.yaml, twin.yaml], paper: {}}\n"
      "  - {experiment: good.yaml, paper: {}}\n"
      "  - {experiment: good.yaml, evaluation: center, paper: {}}\n";
  const CommandResult before = reproduce_rows(rows, {"--dry-run"});
  EXPECT_EQ(before.exit_code, 0) << before.err;
  EXPECT_FALSE(fs::exists(folder_ / "out"));
  EXPECT_THAT(before.out, AllOf(ContainsRegex("good +6 iterations +single, center +[0-9]+ s"),
                                ContainsRegex("twin +6 iterations +single "),
                                ContainsRegex("two +fusion of 2 +to make"),
                                ContainsRegex("in all +[0-9]+ s +[0-9.]+ kB")));

  write_file(folder_ / "out/good/checkpoints/000000004.h5", "");
  EXPECT_THAT(reproduce_rows(rows, {"--dry-run"}).out,
              ContainsRegex("good +from iteration 4 of 6 +single, center"));
  fs::remove_all(folder_ / "out");

  ASSERT_EQ(reproduce_rows(rows, {"--rows", "2"}).exit_code, 0);
  const auto files = files_in(folder_ / "out");
  const CommandResult half = reproduce_rows(rows, {"--dry-run"});
  EXPECT_THAT(half.out, AllOf(ContainsRegex("good +trained +center "),
                              ContainsRegex("twin +6 iterations +single ")));
  EXPECT_EQ(files_in(folder_ / "out"), files);

  ASSERT_EQ(reproduce_rows(rows).exit_code, 0);
  const CommandResult done = reproduce_rows(rows, {"--dry-run"});
  EXPECT_THAT(done.out,
              AllOf(ContainsRegex("twin +trained +done +0 s"),
                    ContainsRegex("two +fusion of 2 +done"), ContainsRegex("in all +0 s")));
}

TEST_F(Reproduce, ADryRunSaysWhatCannotBeDone) {
  write_file(folder_ / "broken.yaml",
             "extends: good.yaml\nname: broken\n"
             "data: {train: {generated: null, folder: nowhere}}\n");
  write_file(folder_ / "torn.yaml", "extends: broken.yaml\nname: torn\n");
  const CommandResult result = reproduce_rows(
      "  - {experiment: broken.yaml, paper: {}}\n"
      "  - {experiment: torn.yaml, paper: {}}\n"
      "  - {experiment: good.yaml, paper: {}}\n",
      {"--dry-run"});
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_THAT(result.out, AllOf(ContainsRegex("broken +not known"), HasSubstr("\nbroken, torn: "),
                                HasSubstr("nowhere"), ContainsRegex("in all +at least ")));
}

TEST_F(Reproduce, ACircleAndAMissingExperimentAreFoundBeforeAnythingRuns) {
  write_file(folder_ / "a.yaml", "extends: good.yaml\nname: a\ninit: {from: b}\n");
  write_file(folder_ / "b.yaml", "extends: good.yaml\nname: b\ninit: {from: a}\n");
  write_file(folder_ / "c.yaml", "extends: good.yaml\nname: c\ninit: {from: nobody}\n");
  const std::vector<std::pair<std::string, std::string>> tables{
      {"a", "a.yaml: init.from: goes round in a circle"},
      {"c", "c.yaml: init.from: cannot read the spec"},
      {"d", "small.yaml:5: rows[1]: cannot read the spec"}};
  for (const auto& [name, message] : tables) {
    const CommandResult result = reproduce_rows(
        "  - {experiment: good.yaml, paper: {}}\n  - {experiment: " + name + ".yaml, paper: {}}\n");
    EXPECT_EQ(result.exit_code, 2);
    EXPECT_THAT(result.err, HasSubstr(message));
    EXPECT_FALSE(fs::exists(folder_ / "out"));
  }
}

TEST_F(Reproduce, ResultsOfAnotherSpecAreANoteAndStay) {
  const std::string rows = "  - {experiment: good.yaml, paper: {}}\n";
  ASSERT_EQ(reproduce_rows(rows).exit_code, 0);
  const auto files = files_in(folder_ / "out/good");
  const CommandResult other = reproduce_rows(rows, {"--set", "train.sgd.rate=0.02"});
  EXPECT_EQ(other.exit_code, 1);
  EXPECT_THAT(markdown(), HasSubstr("these results are of another spec"));
  EXPECT_EQ(files_in(folder_ / "out/good"), files);
}

TEST_F(Reproduce, FilesCutShortAreAnErrorOrMadeAnew) {
  const std::string rows = "  - {experiment: good.yaml, paper: {}}\n";
  ASSERT_EQ(reproduce_rows(rows).exit_code, 0);
  const std::string scores = file_text(folder_ / "out/good/evaluations/single.h5");
  fs::resize_file(folder_ / "out/good/evaluations/single.h5", scores.size() / 2);
  const CommandResult again = reproduce_rows(rows);
  EXPECT_EQ(again.exit_code, 0);
  EXPECT_THAT(again.err, HasSubstr("good single: cannot be read"));

  fs::resize_file(folder_ / "out/good/weights.h5", 1500);
  const auto files = files_in(folder_ / "out/good");
  EXPECT_EQ(reproduce_rows(rows).exit_code, 1);
  EXPECT_THAT(markdown(), HasSubstr("good/weights.h5: "));
  EXPECT_EQ(files_in(folder_ / "out/good"), files);
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
