// Evaluations against PyTorch's scores of the same weights on Pillow's pixels: see README.md.
#include <gmock/gmock.h>

#include <fstream>
#include <map>

#include "experiments/evaluation/evaluator.h"
#include "nets/weights_file.h"

namespace vggflow {
namespace {

const std::filesystem::path kFolder = VGGFLOW_GOLDEN_FOLDER;

/// Evaluations with their posteriors, (images, classes).
std::map<std::string, std::vector<double>> read_golden() {
  std::ifstream file(kFolder / "posteriors.txt");
  std::map<std::string, std::vector<double>> golden;
  std::string name;
  for (std::size_t images = 0, classes = 0; file >> name >> images >> classes;) {
    std::vector<double>& values = golden[name];
    values.resize(images * classes);
    for (double& v : values) file >> v;
  }
  return golden;
}

class ScoreGolden : public ::testing::TestWithParam<const char*> {
 protected:
  void expect_golden(const std::string& engine_name) const {
    const auto engine =
        make_engine(engine_name, spec_.net, {.threads = 1, .aggregate = evaluation_.aggregate});
    engine->load(load_weights(kFolder / "weights.h5").parameters);
    const EvaluationResult result =
        evaluate(spec_, evaluation_, *dataset_, *engine, {.quiet = true});
    EXPECT_TRUE(result.failed.empty());
    const std::vector<double> golden = read_golden().at(GetParam());
    ASSERT_EQ(result.scores.size(), golden.size());
    for (std::size_t i = 0; i < golden.size(); ++i) {
      EXPECT_NEAR(result.scores[i], golden[i], 1e-6)
          << result.names[i / 4] << " of " << engine_name;
    }
  }

  Spec spec_ = read_spec(kFolder / "spec.yaml");
  EvaluationSpec evaluation_ = spec_.evaluation(GetParam());
  std::unique_ptr<Dataset> dataset_ = open_dataset(Params(spec_.val_data, "data.val"), kFolder);
};

TEST_P(ScoreGolden, OnednnsPosteriorsArePyTorchs) { expect_golden("onednn"); }
TEST_P(ScoreGolden, TheReferencesPosteriorsArePyTorchs) { expect_golden("reference"); }

INSTANTIATE_TEST_SUITE_P(Evaluations, ScoreGolden,
                         ::testing::Values("dense", "dense_posteriors", "dense_plain", "grid",
                                           "grid_plain", "ten", "center"),
                         [](const auto& info) { return info.param; });

// Otherwise anything would agree with them.
TEST(ScoreGoldens, DifferFromEachOtherAndFromImageToImage) {
  const auto golden = read_golden();
  ASSERT_EQ(golden.size(), 7U);
  for (const auto& [name, values] : golden) {
    EXPECT_GT(*std::ranges::max_element(values), 0.5) << name;
    for (const auto& [other, others] : golden) {
      if (name == other) continue;
      EXPECT_NE(values, others) << name << " and " << other;
    }
    for (std::size_t i = 4; i + 4 <= values.size(); i += 4) {
      EXPECT_NE(values[0], values[i]) << name << ", image " << i / 4;
    }
  }
}

}  // namespace
}  // namespace vggflow
