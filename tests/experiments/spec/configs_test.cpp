#include <map>
#include <set>

#include "tests/experiments/spec/spec_files.h"

namespace vggflow {
namespace {

namespace fs = std::filesystem;

const fs::path kConfigs = VGGFLOW_CONFIGS;

/// What the paper trains: "S" of the pipeline as written, and Q.
struct Scales {
  std::string rescaling;
  int test = 0;
};
const std::map<std::string, Scales> kScales = {
    {"256", {"rescale {side: 256}", 256}},
    {"384", {"rescale {side: 384}", 384}},
    {"jitter", {"random_rescale {min: 256, max: 512}", 384}}};
const std::map<std::string, Scales> kSmallScales = {
    {"256", {"rescale {side: 64}", 64}},
    {"384", {"rescale {side: 96}", 96}},
    {"jitter", {"random_rescale {min: 64, max: 128}", 96}}};

/// Simonyan & Zisserman, table 2: exact counts.
const std::map<std::string, std::int64_t> kParameters = {{"A", 132863336}, {"A-LRN", 132863336},
                                                         {"B", 133047848}, {"C", 133638952},
                                                         {"D", 138357544}, {"E", 143667240}};

/// The files that are whole specs, not parts of others, start with a net's letter.
std::vector<fs::path> specs_in(const std::string& folder) {
  static const std::set<std::string> kParts = {"base.yaml", "from-A.yaml", "S-384.yaml",
                                               "jitter.yaml", "recipe.yaml"};
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
  EXPECT_EQ(spec.evaluation("single").views, "dense");
  EXPECT_TRUE(spec.evaluation("single").mirror);
  EXPECT_THAT(spec.evaluation("center").scales, testing::ElementsAre(scales.test));
  EXPECT_EQ(spec.evaluation("center").views, "center");
  EXPECT_FALSE(spec.evaluation("center").mirror);
}

TEST(PaperConfigs, AreThePaper) {
  const auto files = specs_in("vgg");
  EXPECT_EQ(files.size(), 12U);
  for (const fs::path& file : files) {
    SCOPED_TRACE(file);
    const Spec spec = read_spec(file);
    const auto [letter, scale] = letter_and_scale(spec.name);
    EXPECT_EQ(spec.name, file.stem().string());
    EXPECT_EQ(parameter_count(spec.net), kParameters.at(letter));
    EXPECT_EQ(spec.net.input, (Size{224, 224}));
    expect_scales(spec, kScales.at(scale));
    ASSERT_TRUE(spec.train.has_value());
    EXPECT_EQ(spec.train->batch, 256);
    EXPECT_EQ(spec.train->length.iterations(1), 370000U);
    EXPECT_EQ(spec.train->sgd.rate, scale == "256" ? 0.01 : 0.001);
    EXPECT_EQ(spec.train->sgd.momentum, 0.9);
    EXPECT_EQ(spec.train->sgd.decay, 5e-4);
    EXPECT_EQ(spec.train->schedule.at.size(), 3U);
    EXPECT_EQ(spec.preprocessing.profile, "opencv-linear");
    EXPECT_EQ(spec.preprocessing.divisor, (std::array<double, 3>{1, 1, 1}));
    EXPECT_EQ(spec.preprocessing.mean, (std::array<double, 3>{123.68, 116.779, 103.939}));
  }
}

TEST(PaperConfigs, StartWhereThePaperStarts) {
  const auto from = [](const std::string& name) {
    return read_spec(kConfigs / "vgg" / (name + ".yaml")).init.from;
  };
  EXPECT_EQ(from("A-256"), "");
  EXPECT_EQ(from("A-LRN-256"), "");
  for (const std::string net : {"C", "D", "E"}) {
    EXPECT_EQ(from(net + "-256"), "A-256");
    EXPECT_EQ(from(net + "-384"), net + "-256");
    EXPECT_EQ(from(net + "-jitter"), net + "-384");
  }
  EXPECT_THAT(
      read_spec(kConfigs / "vgg/D-256.yaml").init.layers,
      testing::ElementsAre("conv1_1", "conv2_1", "conv3_1", "conv3_2", "fc6", "fc7", "fc8"));
  EXPECT_TRUE(read_spec(kConfigs / "vgg/D-384.yaml").init.layers.empty());
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

TEST(ImagenetteConfigs, AreTheYardsticksRecipe) {
  for (const fs::path& file : specs_in("imagenette")) {
    SCOPED_TRACE(file);
    const Spec spec = read_spec(file);
    EXPECT_EQ(spec.name, file.stem().string());
    expect_small_recipe(spec);
    EXPECT_EQ(spec.init.from, "");
    EXPECT_EQ(spec.preprocessing.profile, "pillow-bilinear");
    EXPECT_EQ(spec.train->batch, 64);
    EXPECT_EQ(spec.train->sgd.rate, 0.01);
    EXPECT_EQ(spec.train->sgd.momentum, 0.9);
    EXPECT_EQ(spec.train->sgd.decay, 5e-4);
    EXPECT_EQ(spec.train->length.iterations(147), 20U * 147);
    ASSERT_EQ(spec.train->schedule.at.size(), 2U);
    EXPECT_EQ(spec.train->schedule.at[0].iterations(147), 12U * 147);
    EXPECT_EQ(spec.train->schedule.at[1].iterations(147), 17U * 147);
    EXPECT_EQ(spec.train->schedule.factor, 0.1);
    EXPECT_EQ(to_yaml(spec.train_data), "tar: imagenette224-train.tar\n");
    EXPECT_EQ(to_yaml(spec.val_data), "tar: imagenette224-val.tar\n");
  }
}

TEST(ImagenetteConfigs, RecipeWorksAsAnOverlayToo) {
  const Spec extended = read_spec(kConfigs / "imagenette/D-jitter.yaml");
  const Spec overlaid = read_spec(kConfigs / "vgg/D-jitter.yaml",
                                  {.overlays = {kConfigs / "imagenette/recipe.yaml"}});
  EXPECT_TRUE(same_data(extended.resolved, overlaid.resolved));
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
    spec.resolved.erase("init");  // the demo has a chain of its own
    overlaid.resolved.erase("init");
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

}  // namespace
}  // namespace vggflow
