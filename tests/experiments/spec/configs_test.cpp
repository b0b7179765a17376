#include <map>
#include <set>

#include "tests/experiments/spec/spec_files.h"

namespace vggflow {
namespace {

namespace fs = std::filesystem;

const fs::path kConfigs = VGGFLOW_CONFIGS;

/// A quarter of the paper's sizes: "S" of the pipeline as written, and Q.
struct Scales {
  std::string rescaling;
  int test = 0;
  std::vector<int> tests = {};
};
const std::map<std::string, Scales> kSmallScales = {
    {"256", {"rescale {side: 64}", 64, {56, 64, 72}}},
    {"384", {"rescale {side: 96}", 96, {88, 96, 104}}},
    {"jitter", {"random_rescale {min: 64, max: 128}", 96, {64, 96, 128}}}};

/// The files that are whole specs, not parts of others, start with a net's letter.
std::vector<fs::path> specs_in(const std::string& folder) {
  static const std::set<std::string> kParts = {"recipe.yaml", "fine-tune.yaml"};
  std::vector<fs::path> found;
  for (const auto& entry : fs::directory_iterator(kConfigs / folder)) {
    if (!kParts.contains(entry.path().filename())) found.push_back(entry.path());
  }
  return found;
}

std::pair<std::string, std::string> letter_and_scale(const std::string& name) {
  const auto dash = name.rfind('-');
  return {name.substr(0, dash), name.substr(dash + 1)};
}

void expect_scales(const Spec& spec, const Scales& scales) {
  EXPECT_EQ(spec.stages.at(1).summary, scales.rescaling);
  EXPECT_THAT(spec.evaluation("single").scales, testing::ElementsAre(scales.test));
  EXPECT_EQ(spec.evaluation("single").views.text(), "dense+mirror");
  EXPECT_THAT(spec.evaluation("center").scales, testing::ElementsAre(scales.test));
  EXPECT_EQ(spec.evaluation("center").views.text(), "center");
  if (!spec.net.name.starts_with("A")) {
    EXPECT_EQ(spec.evaluation("multi").scales, scales.tests);
  }
  EXPECT_EQ(spec.train->validation->scale, scales.test);
  EXPECT_EQ(spec.train->validation->images, 1000U);
  EXPECT_EQ(spec.train->validation->every.iterations(147), 147U);
}

void expect_small_recipe(const Spec& spec) {
  const auto [letter, scale] = letter_and_scale(spec.name);
  EXPECT_EQ(spec.net.name, letter);
  EXPECT_EQ(spec.net.input, (Size{56, 56}));
  EXPECT_EQ(classes(spec.net), 10);
  EXPECT_EQ(parameter_shapes(spec.net).front().dims.front(), 16);
  expect_scales(spec, kSmallScales.at(scale));
  EXPECT_EQ(spec.init.random.kind, Initialisation::Kind::he);
  EXPECT_EQ(spec.stages.size(), 5U);  // decode, rescale, crop, flip, normalize
  EXPECT_EQ(spec.preprocessing.mean, (std::array<double, 3>{123.68, 116.779, 103.939}));
  EXPECT_EQ(spec.preprocessing.divisor, (std::array<double, 3>{58, 58, 58}));
}

/// The iterations where the rate drops, 147 an epoch.
std::vector<std::uint64_t> drops(const TrainSpec& train) {
  EXPECT_EQ(train.schedule.kind, ScheduleSpec::Kind::step);
  EXPECT_EQ(train.schedule.factor, 0.1);
  std::vector<std::uint64_t> drops;
  for (const Length& at : train.schedule.at) drops.push_back(at.iterations(147));
  return drops;
}

TEST(ImagenetteConfigs, AreTheYardsticksRecipe) {
  for (const fs::path& file : specs_in("imagenette")) {
    SCOPED_TRACE(file);
    const Spec spec = read_spec(file);
    EXPECT_EQ(spec.name, file.stem().string());
    expect_small_recipe(spec);
    EXPECT_EQ(spec.preprocessing.profile, "pillow-bilinear");
    EXPECT_EQ(spec.train->batch, 64);
    EXPECT_EQ(spec.train->sgd.momentum, 0.9);
    EXPECT_EQ(spec.train->sgd.decay, 5e-4);
    EXPECT_EQ(to_yaml(spec.train_data), "tar: imagenette224-train.tar\n");
    EXPECT_EQ(to_yaml(spec.val_data), "tar: imagenette224-val.tar\n");
    if (letter_and_scale(spec.name).second != "256") continue;
    EXPECT_EQ(spec.train->sgd.rate, 0.01);
    EXPECT_EQ(spec.train->length.iterations(147), 20U * 147);
    EXPECT_THAT(drops(*spec.train), testing::ElementsAre(12U * 147, 17U * 147));
  }
}

TEST(ImagenetteConfigs, FineTuneForHalfAsLongAtATenthOfTheRate) {
  for (const char* name : {"D-384.yaml", "D-jitter.yaml"}) {
    SCOPED_TRACE(name);
    const TrainSpec train = *read_spec(kConfigs / "imagenette" / name).train;
    EXPECT_EQ(train.sgd.rate, 0.001);
    EXPECT_EQ(train.length.iterations(147), 10U * 147);
    EXPECT_THAT(drops(train), testing::ElementsAre(7U * 147));
  }
}

TEST(ImagenetteConfigs, StartAsThePapersDo) {
  for (const fs::path& file : specs_in("imagenette")) {
    SCOPED_TRACE(file);
    const InitSpec small = read_spec(file).init;
    const InitSpec paper = read_spec(kConfigs / "vgg" / file.filename()).init;
    EXPECT_EQ(small.from, paper.from);
    EXPECT_EQ(small.layers, paper.layers);
    if (!small.from.empty()) {
      EXPECT_TRUE(fs::exists(kConfigs / "imagenette" / (small.from + ".yaml")));
    }
  }
}

TEST(ImagenetteConfigs, RecipeWorksAsAnOverlayToo) {
  for (const fs::path& file : specs_in("imagenette")) {
    SCOPED_TRACE(file);
    const Spec extended = read_spec(file);
    std::vector<fs::path> overlays{kConfigs / "imagenette/recipe.yaml"};
    if (letter_and_scale(extended.name).second != "256") {
      overlays.push_back(kConfigs / "imagenette/fine-tune.yaml");
    }
    const Spec overlaid =
        read_spec(kConfigs / "vgg" / file.filename(), {.overlays = std::move(overlays)});
    EXPECT_TRUE(same_data(extended.resolved, overlaid.resolved));
  }
}

TEST(ImagenetteConfigs, RecipeFitsEveryRowOfTheTables) {
  const Value table = read_yaml(kConfigs / "tables/table3.yaml");
  for (const Value& row : table.find("rows")->items) {
    const std::string path = row.find("experiment")->scalar;
    SCOPED_TRACE(path);
    const Spec spec =
        read_spec(kConfigs / "tables" / path, {.overlays = {kConfigs / "imagenette/recipe.yaml"}});
    expect_small_recipe(spec);
    if (letter_and_scale(spec.name).second == "jitter") {
      EXPECT_THAT(spec.evaluation("crops").scales, testing::ElementsAre(64, 96, 128));
    }
  }
}

TEST(DemoConfigs, AreTheSmallRecipeOnFolders) {
  for (const fs::path& file : specs_in("demo")) {
    SCOPED_TRACE(file);
    Spec spec = read_spec(file);
    expect_small_recipe(spec);
    EXPECT_EQ(to_yaml(spec.train_data), "folder: train\n");
    EXPECT_EQ(to_yaml(spec.val_data), "folder: val\n");
    Spec overlaid = read_spec(kConfigs / "vgg" / file.filename(),
                              {.overlays = {kConfigs / "demo/recipe.yaml"}});
    for (Spec* each : {&spec, &overlaid}) {  // the demo has a chain and a grid of its own
      each->resolved.erase("init");
      each->resolved.find("evaluate")->erase("crops");
    }
    EXPECT_TRUE(same_data(spec.resolved, overlaid.resolved));
  }
}

TEST(DemoConfigs, StartAsInThePaperFromAThenFromOneScale) {
  const auto init = [](const char* name) { return read_spec(kConfigs / "demo" / name).init; };
  EXPECT_EQ(init("A-256.yaml").from, "");
  EXPECT_EQ(init("D-256.yaml").from, "A-256");
  EXPECT_EQ(init("D-256.yaml").layers, read_spec(kConfigs / "vgg/D-256.yaml").init.layers);
  EXPECT_EQ(init("D-jitter.yaml").from, "D-256");
  EXPECT_TRUE(init("D-jitter.yaml").layers.empty());
}

TEST(DemoConfigs, CutFourCropsOfEachScale) {
  const EvaluationSpec crops = read_spec(kConfigs / "demo/D-jitter.yaml").evaluation("crops");
  EXPECT_EQ(crops.views.text(), "grid2+mirror");
  EXPECT_THAT(crops.scales, testing::ElementsAre(64, 96, 128));
}

}  // namespace
}  // namespace vggflow
