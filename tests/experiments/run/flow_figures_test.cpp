#include "experiments/run/flow_figures.h"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "base/error.h"
#include "tests/experiments/run/experiment_runner.h"

namespace vggflow::testing {
namespace {

using ::testing::HasSubstr;

FlowFigures figures() {
  return {.images_per_s = 1234.5,
          .flow = {.nodes = {{"plan", 3, 0.25}, {"flip#1", 1ULL << 40, 1e-9}},
                   .batches = 3,
                   .elapsed_s = 2.5,
                   .starved_s = 0.1,
                   .no_free_slot_s = 0,
                   .workers = 7}};
}

TEST(FlowFigures, AreReadAsTheyWereSaved) {
  const ScratchFolder folder;
  save_flow_figures(folder / "flow.json", figures());
  const FlowFigures read = read_flow_figures(folder / "flow.json");
  EXPECT_EQ(to_json(read), to_json(figures()));
  EXPECT_EQ(read.flow.nodes[1].name, "flip#1");
  EXPECT_EQ(read.flow.nodes[1].samples, 1ULL << 40);
  EXPECT_EQ(read.flow.workers, 7);
}

TEST(FlowFigures, ErrorNamesTheFileAndTheMissingKey) {
  const ScratchFolder folder;
  const auto path = folder / "flow.json";
  const auto whole = to_json(figures());
  for (const auto& [key, value] : whole.items()) {
    auto json = whole;
    json.erase(key);
    write_file(path, json.dump());
    try {
      static_cast<void>(read_flow_figures(path));
      ADD_FAILURE() << key;
    } catch (const Error& error) {
      EXPECT_EQ(error.origin(), Origin::data);
      EXPECT_EQ(error.place(), path.string());
      EXPECT_THAT(error.message(), HasSubstr("'" + key + "' not found"));
    }
  }
}

using FiguresOfARun = TinyExperiment;

TEST_F(FiguresOfARun, AreLeftWithEveryNodeOfTheFlow) {
  ASSERT_EQ(run().exit_code, 0);
  const FlowFigures left = read_flow_figures(out_ / "flow.json");
  EXPECT_EQ(left.flow.batches, 12U);  // two epochs of 48 images by 8
  EXPECT_GT(left.images_per_s, 0);
  std::vector<std::string> names;
  for (const NodeStatistics& node : left.flow.nodes) names.push_back(node.name);
  EXPECT_THAT(names, ::testing::ElementsAre("plan", "read", "decode#0", "random_rescale#0",
                                            "random_crop#0", "flip#0", "normalize#0", "render"));
  const CommandResult drawn = run_vggflow(
      {"explain", spec_, "--svg", folder_ / "flow.svg", "--figures", out_ / "flow.json"});
  ASSERT_EQ(drawn.exit_code, 0) << drawn.err;
  EXPECT_THAT(file_text(folder_ / "flow.svg"), HasSubstr("images/s"));
}

}  // namespace
}  // namespace vggflow::testing
