// configs/vgg against the facts of the paper.
#include <cmath>
#include <map>
#include <set>

#include "tests/experiments/spec/paper_facts.h"
#include "tests/experiments/spec/spec_files.h"

namespace vggflow {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAreArray;

const fs::path kFolder = fs::path(VGGFLOW_CONFIGS) / "vgg";

/// Each file is read once.
const Spec& read(const std::string& name) {
  static std::map<std::string, Spec> specs;
  const auto found = specs.find(name);
  if (found != specs.end()) return found->second;
  return specs.emplace(name, read_spec(kFolder / (name + ".yaml"))).first->second;
}

/// The number of the only stage of that name.
double stage_number(const Spec& spec, const std::string& stage, const std::string& key) {
  std::vector<std::string> found;
  for (const Value& entry : spec.resolved.find("pipeline")->items) {
    if (const Value* given = entry.find(stage)) found.push_back(given->find(key)->scalar);
  }
  EXPECT_EQ(found.size(), 1U) << stage;
  return std::stod(found.at(0));
}

void expect_train_scales(const Spec& spec, const std::vector<int>& scales) {
  if (scales.size() == 1) {
    EXPECT_EQ(stage_number(spec, "rescale", "side"), scales[0]);
  } else {
    EXPECT_EQ(stage_number(spec, "random_rescale", "min"), scales[0]);
    EXPECT_EQ(stage_number(spec, "random_rescale", "max"), scales[1]);
  }
}

void expect_dense(const EvaluationSpec& evaluation, const std::vector<int>& scales) {
  EXPECT_THAT(evaluation.scales, ElementsAreArray(scales));
  EXPECT_EQ(evaluation.views.text(), "dense+mirror");
  EXPECT_EQ(evaluation.aggregate, Aggregate::scores);
}

TEST(PaperConfigs, AreTheRowsOfTable3AndNoOthers) {
  std::set<std::string> rows;
  for (const auto& row : PaperFacts::table("table3")) rows.insert(row.experiment());
  std::set<std::string> files;
  const std::set<std::string> parts{"base", "deeper", "S-384", "jitter"};
  for (const auto& entry : fs::directory_iterator(kFolder)) {
    if (!parts.contains(entry.path().stem())) files.insert(entry.path().stem());
  }
  EXPECT_EQ(files, rows);
  for (const std::string& name : files) EXPECT_EQ(read(name).name, name);
}

TEST(PaperConfigs, TrainAndScoreAtTheScalesOfTable3) {
  for (const auto& row : PaperFacts::table("table3")) {
    SCOPED_TRACE(row.experiment());
    const Spec& spec = read(row.experiment());
    EXPECT_EQ(spec.net.name, row.net);
    expect_train_scales(spec, row.train_scales);
    expect_dense(spec.evaluation("single"), row.test_scales);
    const EvaluationSpec& center = spec.evaluation("center");  // the repository's own
    EXPECT_THAT(center.scales, ElementsAreArray(row.test_scales));
    EXPECT_EQ(center.views.text(), "center");
  }
}

TEST(PaperConfigs, ScoreAtTheSeveralScalesOfTable4) {
  std::set<std::string> with_multi;
  for (const auto& row : PaperFacts::table("table4")) {
    SCOPED_TRACE(row.experiment());
    const Spec& spec = read(row.experiment());
    expect_train_scales(spec, row.train_scales);
    expect_dense(spec.evaluation("multi"), row.test_scales);
    with_multi.insert(spec.name);
  }
  for (const auto& row : PaperFacts::table("table3")) {
    const auto& evaluations = read(row.experiment()).evaluations;
    EXPECT_EQ(std::ranges::count(evaluations, "multi", &EvaluationSpec::name),
              with_multi.contains(row.experiment()) ? 1 : 0)
        << row.experiment();
  }
}

TEST(PaperConfigs, ScoreCropsAndBothWhereTheyTrainWithJitter) {
  const int side = static_cast<int>(std::sqrt(PaperFacts::number("crops.of_a_scale")));
  for (const auto& row : PaperFacts::table("table3")) {
    SCOPED_TRACE(row.experiment());
    const auto& evaluations = read(row.experiment()).evaluations;
    if (row.train_scales.size() == 1) {
      EXPECT_EQ(std::ranges::count(evaluations, "crops", &EvaluationSpec::name), 0);
      continue;
    }
    const EvaluationSpec& crops = read(row.experiment()).evaluation("crops");
    EXPECT_EQ(crops.views.text(), "grid" + std::to_string(side) + "+mirror");
    EXPECT_EQ(crops.scales, read(row.experiment()).evaluation("multi").scales);
    EXPECT_THAT(read(row.experiment()).evaluation("both").combine,
                testing::ElementsAre("multi", "crops"));
  }
}

TEST(PaperConfigs, HaveTheNetsOfTable2) {
  const int crop = static_cast<int>(PaperFacts::number("training.crop"));
  for (const auto& row : PaperFacts::table("table3")) {
    SCOPED_TRACE(row.experiment());
    const Net& net = read(row.experiment()).net;
    EXPECT_EQ(std::to_string(parameter_count(net)), PaperFacts::text("table2." + row.net));
    EXPECT_EQ(net.input, (Size{crop, crop}));
    EXPECT_EQ(classes(net), 1000);
    int dropouts = 0;
    for (const Layer& layer : net.layers) {
      const auto* dropout = std::get_if<Dropout>(&layer);
      if (dropout == nullptr) continue;
      EXPECT_EQ(dropout->probability, PaperFacts::number("training.dropout.probability"));
      ++dropouts;
    }
    EXPECT_EQ(dropouts, PaperFacts::number("training.dropout.layers"));
  }
}

TEST(PaperConfigs, TrainAsThePaperSays) {
  for (const auto& row : PaperFacts::table("table3")) {
    SCOPED_TRACE(row.experiment());
    const TrainSpec& train = *read(row.experiment()).train;
    const bool first = row.train_scales == std::vector{256};
    EXPECT_EQ(train.batch, PaperFacts::number("training.batch"));
    EXPECT_FALSE(train.length.epochs);
    EXPECT_EQ(train.length.count, PaperFacts::number("training.iterations"));
    EXPECT_EQ(train.sgd.rate,
              PaperFacts::number(first ? "training.rate" : "training.rate_at_S_384"));
    EXPECT_EQ(train.sgd.momentum, PaperFacts::number("training.momentum"));
    EXPECT_EQ(train.sgd.decay, PaperFacts::number("training.decay"));
    EXPECT_TRUE(train.multipliers.empty());
    EXPECT_FALSE(train.warmup || train.early_stop);
    ASSERT_EQ(train.schedule.kind, ScheduleSpec::Kind::plateau);
    EXPECT_EQ(train.schedule.factor, PaperFacts::number("training.drops.factor"));
  }
}

TEST(PaperConfigs, AllEndAtTheRateOfThreeDropsFromTheFirst) {
  const double factor = PaperFacts::number("training.drops.factor");
  const double last = PaperFacts::number("training.rate") *
                      std::pow(factor, PaperFacts::number("training.drops.times"));
  for (const auto& row : PaperFacts::table("table3")) {
    SCOPED_TRACE(row.experiment());
    const TrainSpec& train = *read(row.experiment()).train;
    ASSERT_TRUE(train.schedule.drops.has_value());
    EXPECT_NEAR(train.sgd.rate * std::pow(factor, *train.schedule.drops), last, 1e-12);
  }
}

TEST(PaperConfigs, WatchATenthOfTheValidationImagesAtQ) {
  for (const auto& row : PaperFacts::table("table3")) {
    SCOPED_TRACE(row.experiment());
    const TrainSpec& train = *read(row.experiment()).train;
    ASSERT_TRUE(train.validation.has_value());
    EXPECT_EQ(train.validation->every.iterations(5004), 5004U);
    EXPECT_EQ(train.validation->images, 5000U);
    EXPECT_THAT((std::vector{train.validation->scale}), ElementsAreArray(row.test_scales));
  }
}

TEST(PaperConfigs, PrepareImagesAsThePaperSays) {
  const double crop = PaperFacts::number("training.crop");
  for (const auto& row : PaperFacts::table("table3")) {
    SCOPED_TRACE(row.experiment());
    const Spec& spec = read(row.experiment());
    ASSERT_EQ(spec.stages.size(), 6U);
    EXPECT_EQ(spec.stages.at(0).schema->name, "decode");
    EXPECT_EQ(spec.stages.at(1).schema->name,
              row.train_scales.size() == 1 ? "rescale" : "random_rescale");
    EXPECT_EQ(spec.stages.at(2).schema->name, "random_crop");
    EXPECT_EQ(spec.stages.at(3).schema->name, "flip");
    EXPECT_EQ(spec.stages.at(4).schema->name, "colour_shift");
    EXPECT_EQ(spec.stages.at(5).schema->name, "subtract_mean");
    EXPECT_EQ(stage_number(spec, "random_crop", "size"), crop);
    EXPECT_EQ(stage_number(spec, "flip", "probability"), 0.5);
    EXPECT_EQ(stage_number(spec, "colour_shift", "sigma"), 0.1);
    EXPECT_EQ(spec.preprocessing.profile, "opencv-linear");
    EXPECT_EQ(spec.preprocessing.mean, (std::array<double, 3>{123.68, 116.779, 103.939}));
    EXPECT_EQ(spec.preprocessing.divisor, (std::array<double, 3>{1, 1, 1}));
  }
}

TEST(PaperConfigs, StartWhereThePaperStarts) {
  for (const auto& row : PaperFacts::table("table3")) {
    SCOPED_TRACE(row.experiment());
    const InitSpec& init = read(row.experiment()).init;
    EXPECT_EQ(init.random.kind, Initialisation::Kind::gaussian);
    EXPECT_EQ(init.random.std, 0.01);
    const bool shallow = row.net == "A" || row.net == "A-LRN";
    if (row.train_scales == std::vector{256}) {
      EXPECT_EQ(init.from, shallow ? "" : "A-256");
      EXPECT_THAT(init.layers, ElementsAreArray(shallow ? std::vector<std::string>{}
                                                        : PaperFacts::texts("training.from_A")));
    } else {
      EXPECT_EQ(init.from, row.net + (row.train_scales.size() == 1 ? "-256" : "-384"));
      EXPECT_TRUE(init.layers.empty());  // all
    }
  }
}

/// What is taken must fit: by the shapes of the nets, without weights.
TEST(PaperConfigs, TakeLayersOfTheSameShapes) {
  for (const auto& row : PaperFacts::table("table3")) {
    SCOPED_TRACE(row.experiment());
    const Spec& spec = read(row.experiment());
    if (spec.init.from.empty()) continue;
    const auto given = parameter_shapes(read(spec.init.from).net);
    std::set<std::string> fitting;
    for (const ParameterShape& shape : parameter_shapes(spec.net)) {
      const auto same = std::ranges::find(given, shape.name(), &ParameterShape::name);
      if (same != given.end() && same->dims == shape.dims) fitting.insert(shape.name());
    }
    const bool all = spec.init.layers.empty();
    for (const ParameterShape& shape : parameter_shapes(spec.net)) {
      if (!all && std::ranges::find(spec.init.layers, shape.layer) == spec.init.layers.end()) {
        continue;
      }
      EXPECT_TRUE(fitting.contains(shape.name())) << shape.name();
    }
  }
}

}  // namespace
}  // namespace vggflow
