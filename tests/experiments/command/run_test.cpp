#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "command_runner.h"

namespace vggflow::testing {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

class Run : public ::testing::Test {
 protected:
  void SetUp() override { write_file(spec_, tiny_spec("tiny")); }

  CommandResult run(std::vector<std::string> more = {}, const std::string& out = "out") {
    std::vector<std::string> arguments{"run", spec_, "--out", folder_ / out, "--quiet"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return run_vggflow(arguments);
  }

  ScratchFolder folder_;
  fs::path spec_ = folder_ / "tiny.yaml";
};

TEST_F(Run, LeavesEverythingThatWasPromised) {
  const CommandResult result = run();
  ASSERT_EQ(result.exit_code, 0) << result.err;
  const fs::path out = folder_ / "out" / "tiny";
  for (const char* name : {"spec.yaml", "weights.h5", "results.h5", "log.jsonl", "flow.json",
                           "evaluations/single.h5", "evaluations/center.h5"}) {
    EXPECT_TRUE(fs::exists(out / name)) << name;
  }
  EXPECT_THAT(file_text(out / "log.jsonl"), HasSubstr("\"iteration\":12,"));
  for (const auto& entry : fs::recursive_directory_iterator(out)) {
    EXPECT_EQ(entry.path().string().find(".tmp"), std::string::npos) << entry.path();
  }
}

TEST_F(Run, AReportLinksFromItsOwnFolder) {
  ASSERT_EQ(run({"--set", "train.epochs=1"}).exit_code, 0);
  const CommandResult report =
      run_vggflow({"report", folder_ / "out", "-o", folder_ / "out/texts/report.md"});
  ASSERT_EQ(report.exit_code, 0) << report.err;
  EXPECT_THAT(file_text(folder_ / "out/texts/report.md"), HasSubstr("(<../tiny/results.h5>)"));
}

TEST_F(Run, TheSameCommandAgainDoesNothingAnew) {
  ASSERT_EQ(run().exit_code, 0);
  const auto weights = fs::last_write_time(folder_ / "out/tiny/weights.h5");
  const auto scores = fs::last_write_time(folder_ / "out/tiny/evaluations/single.h5");
  ASSERT_EQ(run().exit_code, 0);
  EXPECT_EQ(fs::last_write_time(folder_ / "out/tiny/weights.h5"), weights);
  EXPECT_EQ(fs::last_write_time(folder_ / "out/tiny/evaluations/single.h5"), scores);
}

TEST_F(Run, AMissingEvaluationIsMadeWithoutTraining) {
  ASSERT_EQ(run().exit_code, 0);
  const auto weights = fs::last_write_time(folder_ / "out/tiny/weights.h5");
  const std::string single = file_text(folder_ / "out/tiny/evaluations/single.h5");
  fs::remove(folder_ / "out/tiny/evaluations/center.h5");
  ASSERT_EQ(run().exit_code, 0);
  EXPECT_TRUE(fs::exists(folder_ / "out/tiny/evaluations/center.h5"));
  EXPECT_EQ(fs::last_write_time(folder_ / "out/tiny/weights.h5"), weights);
  EXPECT_EQ(file_text(folder_ / "out/tiny/evaluations/single.h5"), single);
}

// A kill between writing an evaluation and linking it leaves results.h5 as it was before.
TEST_F(Run, AnEvaluationWithoutALinkIsLinkedByTheNextRun) {
  const fs::path results = folder_ / "out/tiny/results.h5";
  ASSERT_EQ(run({"--set", "evaluate=null"}).exit_code, 0);
  fs::copy_file(results, folder_ / "before.h5");
  ASSERT_EQ(run().exit_code, 0);
  const std::string linked = file_text(results);
  fs::copy_file(folder_ / "before.h5", results, fs::copy_options::overwrite_existing);
  ASSERT_NE(file_text(results), linked);
  ASSERT_EQ(run().exit_code, 0);
  EXPECT_EQ(file_text(results), linked);
}

TEST_F(Run, ResultsOfAnotherSpecAreNotOverwritten) {
  ASSERT_EQ(run().exit_code, 0);
  const std::string weights = file_text(folder_ / "out/tiny/weights.h5");
  const CommandResult other = run({"--set", "train.sgd.rate=0.02"});
  EXPECT_EQ(other.exit_code, 2);
  EXPECT_THAT(other.err, HasSubstr("another spec"));
  EXPECT_THAT(other.err, HasSubstr("--fresh"));
  EXPECT_EQ(file_text(folder_ / "out/tiny/weights.h5"), weights);
  EXPECT_EQ(run({"--set", "train.sgd.rate=0.02", "--fresh"}).exit_code, 0);
  EXPECT_NE(file_text(folder_ / "out/tiny/weights.h5"), weights);
}

TEST_F(Run, PipelineWorkersChangeNoByteOfTheWeights) {
  ASSERT_EQ(run({"--workers", "1"}, "one").exit_code, 0);
  ASSERT_EQ(run({"--workers", "8"}, "eight").exit_code, 0);
  EXPECT_EQ(file_text(folder_ / "one/tiny/weights.h5"),
            file_text(folder_ / "eight/tiny/weights.h5"));
}

TEST_F(Run, ItLearns) {
  const CommandResult result =
      run_vggflow({"run", spec_, "--out", folder_ / "out", "--set", "train.epochs=40", "--set",
                   "data.train.generated.images=60"});
  ASSERT_EQ(result.exit_code, 0) << result.err;
  const auto at = result.err.find("top-1 error ");
  ASSERT_NE(at, std::string::npos) << result.err;
  EXPECT_LT(std::stod(result.err.substr(at + 12)), 50) << result.err;  // chance: 66.7
}

TEST_F(Run, StartsFromTheLayersOfAnotherExperiment) {
  ASSERT_EQ(run().exit_code, 0);
  write_file(folder_ / "next.yaml",
             "extends: tiny.yaml\nname: next\n"
             "init: {from: tiny, layers: [conv1_1, fc8]}\ntrain: {epochs: 1}\n");
  const CommandResult next = run_vggflow({"run", folder_ / "next.yaml", "--out", folder_ / "out"});
  ASSERT_EQ(next.exit_code, 0) << next.err;
  EXPECT_THAT(next.err, HasSubstr("took conv1_1, fc8 from"));
}

TEST_F(Run, TheDigestOfTheBenchDoesNotDependOnWorkers) {
  std::string digests[2];
  for (const int which : {0, 1}) {
    const CommandResult bench =
        run_vggflow({"bench", "pipeline", spec_, "--workers", which == 0 ? "1" : "8", "--batches",
                     "9", "--json", folder_ / "bench.json"});
    ASSERT_EQ(bench.exit_code, 0) << bench.err;
    const std::string json = file_text(folder_ / "bench.json");
    digests[which] = json.substr(json.find("\"digest\""), 80);
  }
  EXPECT_EQ(digests[0], digests[1]);
  EXPECT_EQ(digests[0].find("\"digest\": \""), 0U);
}

}  // namespace
}  // namespace vggflow::testing
