#include "experiments/evaluation/results_file.h"

#include <gmock/gmock.h>
#include <unistd.h>

#include <cmath>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <limits>
#include <random>

#include "base/error.h"
#include "base/hdf5_file.h"

namespace vggflow {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class ResultsFileTest : public ::testing::Test {
 protected:
  void SetUp() override {
    const auto* info = ::testing::UnitTest::GetInstance()->current_test_info();
    folder_ = fs::path(::testing::TempDir()) /
              ("vggflow_results_" + std::string(info->name()) + std::to_string(::getpid()));
    fs::remove_all(folder_);
    out_ = folder_ / "D-256";
  }
  void TearDown() override { fs::remove_all(folder_); }

  /// 400 images of 7 classes with many ties; image 3 failed.
  static EvaluationResult evaluation(const std::string& name) {
    EvaluationResult result;
    result.name = name;
    result.classes = 7;
    std::mt19937 random(3);
    for (std::uint64_t n = 0; n < 400; ++n) {
      for (int c = 0; c < result.classes; ++c) {
        result.scores.push_back(static_cast<float>(random() % 9) / 27.0F);
      }
      result.labels.push_back(static_cast<std::int32_t>(random() % 7));
      result.ids.push_back(n);
      result.names.push_back("class/" + std::to_string(n) + ".JPEG");
    }
    for (int c = 0; c < result.classes; ++c) {
      result.scores[static_cast<std::size_t>(3 * result.classes + c)] =
          std::numeric_limits<float>::quiet_NaN();
      result.class_names.push_back("n0" + std::to_string(c));
    }
    result.scales = {256, 384};
    result.views = "dense+mirror";
    result.profile = "opencv-linear";
    result.origin = {"views: dense\nmirror: true\n", "weights.h5", std::string(64, 'f')};
    result.failed = {{3, "class/3.JPEG", "premature end of the file"}};
    compute_errors(result);
    return result;
  }
  static Provenance provenance() {
    return {{"name", "D-256"}, {"seed", "1"}, {"version", "0.1.0"}};
  }
  void save_all() const {
    save_evaluation(out_, evaluation("single"), provenance());
    save_evaluation(out_, evaluation("multi"), provenance());
    save_results(out_,
                 {.log = {{20, 0.5, 0.01, 2.25, 90, 50}, {40, 1, 0.01, 2, 80, 40}},
                  .timing = {{20, 55.5, 0.1}},
                  .validation = {{40, 1, 500, 71.5, 31}},
                  .failed = {{5, "class/5.JPEG", "no bytes"}}},
                 provenance());
  }
  static std::string bytes(const fs::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  static int python(const std::string& script, const fs::path& argument) {
    const fs::path file = fs::path(argument.string() + ".py");
    std::ofstream(file) << script;
    return std::system(("/usr/bin/python3 " + file.string() + " " + argument.string()).c_str());
  }
  static bool has_h5py() {
    return std::system("/usr/bin/python3 -c 'import h5py, numpy' 2>/dev/null") == 0;
  }

  fs::path folder_;
  fs::path out_;
};

TEST_F(ResultsFileTest, AnEvaluationComesBack) {
  const EvaluationResult saved = evaluation("single");
  save_evaluation(out_, saved, provenance());
  const EvaluationResult loaded = load_evaluation(out_, "single");
  EXPECT_EQ(loaded.classes, saved.classes);
  ASSERT_EQ(loaded.scores.size(), saved.scores.size());
  for (std::size_t i = 0; i < saved.scores.size(); ++i) {
    if (std::isnan(saved.scores[i])) {
      EXPECT_TRUE(std::isnan(loaded.scores[i]));
    } else {
      EXPECT_EQ(loaded.scores[i], saved.scores[i]);
    }
  }
  EXPECT_EQ(loaded.labels, saved.labels);
  EXPECT_EQ(loaded.ids, saved.ids);
  EXPECT_EQ(loaded.names, saved.names);
  EXPECT_EQ(loaded.class_names, saved.class_names);
  EXPECT_EQ(loaded.scales, saved.scales);
  EXPECT_EQ(loaded.views, saved.views);
  EXPECT_EQ(loaded.profile, saved.profile);
  EXPECT_EQ(loaded.origin.identity, saved.origin.identity);
  EXPECT_EQ(loaded.origin.weights, saved.origin.weights);
  EXPECT_EQ(loaded.origin.weights_sha256, saved.origin.weights_sha256);
  EXPECT_EQ(loaded.top1_error, saved.top1_error);
  EXPECT_EQ(loaded.top5_error, saved.top5_error);
  ASSERT_EQ(loaded.failed.size(), 1U);
  EXPECT_EQ(loaded.failed[0].id, 3U);
  EXPECT_EQ(loaded.failed[0].name, "class/3.JPEG");
  EXPECT_EQ(loaded.failed[0].reason, "premature end of the file");
}

TEST_F(ResultsFileTest, TheTrainingLogAndProvenanceComeBack) {
  save_all();
  const TrainingHistory history = load_history(out_);
  const auto& log = history.log;
  ASSERT_EQ(log.size(), 2U);
  EXPECT_EQ(log[0].iteration, 20U);
  EXPECT_EQ(log[0].loss, 2.25);
  EXPECT_EQ(log[1].top5_error, 40);
  ASSERT_EQ(history.validation.size(), 1U);
  EXPECT_EQ(history.validation[0].images, 500U);
  EXPECT_EQ(history.validation[0].top1_error, 71.5);
  EXPECT_EQ(load_provenance(out_), provenance());
  EXPECT_TRUE(load_history(folder_ / "nowhere").log.empty());
}

TEST_F(ResultsFileTest, FailedTrainingImagesOutliveANewEvaluation) {
  save_all();
  link_evaluations(out_, {});
  const auto failed = load_history(out_).failed;
  ASSERT_EQ(failed.size(), 1U);
  EXPECT_EQ(failed[0].id, 5U);
  EXPECT_EQ(failed[0].name, "class/5.JPEG");
  EXPECT_EQ(failed[0].reason, "no bytes");
  EXPECT_TRUE(load_history(folder_ / "nowhere").failed.empty());
}

TEST_F(ResultsFileTest, NumpyRecomputesTheStoredErrorsExactlyAndLinksSurviveAMove) {
  if (!has_h5py()) GTEST_SKIP() << "no python3 with h5py and numpy";
  save_all();
  const fs::path moved = folder_ / "elsewhere";
  fs::rename(out_, moved);
  const std::string script = R"(
import h5py, numpy as np, sys
f = h5py.File(sys.argv[1], 'r')
assert sorted(f['evaluations']) == ['multi', 'single']
for e in f['evaluations'].values():
    scores, labels = e['scores'][:], e['labels'][:]
    assert scores.dtype == np.float32 and scores.shape == (400, 7)
    assert e['scores'].compression == 'gzip' and e['scores'].chunks
    nan = np.isnan(scores).any(axis=1)
    order = np.argsort(-scores, axis=1, kind='stable')
    for k, key in ((1, 'top1_error'), (5, 'top5_error')):
        right = (order[:, :k] == labels[:, None]).any(axis=1) & ~nan
        assert 100 * np.mean(~right) == e.attrs[key], (key, e.attrs[key])
    assert e.attrs['images'] == 400 and e.attrs['failed'] == 1 == nan.sum()
    assert list(e.attrs['scales']) == [256, 384] and e.attrs['views'] == 'dense+mirror'
    assert list(e['failed/names'].asstr()) == ['class/3.JPEG'] == [e['names'].asstr()[3]]
    assert e.attrs['identity'] == 'views: dense\nmirror: true\n'
    assert e.attrs['weights'] == 'weights.h5' and e.attrs['weights_sha256'] == 64 * 'f'
    assert e['provenance'].attrs['version'] == '0.1.0'
    assert list(e['ids'][:3]) == [0, 1, 2]
assert f['training/log'].dtype.names == ('iteration', 'epoch', 'rate', 'loss', 'top1_error', 'top5_error')
assert list(f['training/log']['loss']) == [2.25, 2.0]
assert f['training/timing']['images_per_s'][0] == 55.5
assert list(f['provenance/failed/names'].asstr()) == ['class/5.JPEG']
assert list(f['provenance/failed/ids']) == [5]
assert f['provenance'].attrs['seed'] == '1'
)";
  EXPECT_EQ(python(script, moved / "results.h5"), 0);
}

TEST_F(ResultsFileTest, H5dumpReadsIt) {
  if (std::system("h5dump --version > /dev/null 2>&1") != 0) GTEST_SKIP() << "no h5dump";
  save_all();
  const std::string dump = "h5dump " + (out_ / "results.h5").string() + " > /dev/null";
  EXPECT_EQ(std::system(dump.c_str()), 0);
}

TEST_F(ResultsFileTest, EqualResultsLeaveEqualBytes) {
  save_all();
  const std::string results = bytes(out_ / "results.h5");
  const std::string single = bytes(out_ / "evaluations/single.h5");
  fs::remove_all(out_);
  save_all();
  EXPECT_EQ(bytes(out_ / "results.h5"), results);
  EXPECT_EQ(bytes(out_ / "evaluations/single.h5"), single);
}

TEST_F(ResultsFileTest, ANewEvaluationLeavesTheOldOnesAlone) {
  save_all();
  const auto before = fs::last_write_time(out_ / "evaluations/single.h5");
  save_evaluation(out_, evaluation("center"), provenance());
  save_results(out_, {}, provenance());
  EXPECT_EQ(fs::last_write_time(out_ / "evaluations/single.h5"), before);
  EXPECT_THAT(evaluation_names(out_), ElementsAre("center", "multi", "single"));
  EXPECT_TRUE(Hdf5File::open(out_ / "results.h5").exists("/evaluations/center/scores"));
}

TEST_F(ResultsFileTest, MissingAndDamagedFilesAreDataErrors) {
  const auto error_of_loading = [&] {
    try {
      (void)load_evaluation(out_, "single");
    } catch (const Error& error) {
      EXPECT_EQ(error.origin(), Origin::data);
      return std::string(error.what());
    }
    return std::string("nothing was thrown");
  };
  EXPECT_THAT(error_of_loading(), HasSubstr("single.h5: there is no such file"));
  save_all();
  fs::resize_file(out_ / "evaluations/single.h5", 3000);
  EXPECT_THAT(error_of_loading(), HasSubstr("single.h5"));
}

TEST_F(ResultsFileTest, AnyChangedByteOfResultsIsADataError) {
  save_all();
  const fs::path file = out_ / "results.h5";
  const std::string whole = bytes(file);
  for (std::size_t at = 0; at < whole.size(); at += 997) {
    std::string damaged = whole;
    damaged[at] = static_cast<char>(damaged[at] ^ 0x10);
    std::ofstream(file, std::ios::binary) << damaged;
    EXPECT_THROW((void)load_history(out_), Error) << at;
    EXPECT_THROW((void)load_provenance(out_), Error) << at;
    EXPECT_THROW((void)evaluations_are_linked(out_), Error) << at;
    EXPECT_THROW(link_evaluations(out_, provenance()), Error) << at;
    EXPECT_EQ(bytes(file), damaged) << at;  // nothing is written over what cannot be read
  }
  std::ofstream(file, std::ios::binary) << whole;
  save_evaluation(out_, evaluation("center"), provenance());
  link_evaluations(out_, provenance());
  EXPECT_TRUE(evaluations_are_linked(out_));
  EXPECT_EQ(load_history(out_).log.size(), 2U);
}

TEST_F(ResultsFileTest, ViewsOfAnAverageAreSpelledAsTablesSpellThem) {
  EvaluationResult of_before = evaluation("both");
  of_before.views = "dense+mirror + grid5+mirror";
  save_evaluation(out_, of_before, provenance());
  EXPECT_EQ(load_summary(out_, "both").views, "dense+mirror & grid5+mirror");
  EXPECT_EQ(load_evaluation(out_, "both").views, "dense+mirror & grid5+mirror");
}

TEST_F(ResultsFileTest, ScoresOfAnotherShapeAreRefusedAndTheOldFileStays) {
  save_evaluation(out_, evaluation("single"), provenance());
  EvaluationResult wrong = evaluation("single");
  wrong.scores.pop_back();
  EXPECT_THROW(save_evaluation(out_, wrong, provenance()), Error);
  EXPECT_EQ(load_evaluation(out_, "single").labels.size(), 400U);
}

TEST(ComputeErrors, FewerThanSixClassesHaveNoTop5Error) {
  EvaluationResult result;
  result.classes = 3;
  result.scores = {0.1F, 0.2F, 0.7F};
  result.labels = {0};
  compute_errors(result);
  EXPECT_EQ(result.top1_error, 100.0);
  EXPECT_EQ(result.top5_error, 0.0);
}

}  // namespace
}  // namespace vggflow
