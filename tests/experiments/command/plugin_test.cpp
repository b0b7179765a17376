#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "command_runner.h"

namespace vggflow::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

const std::string kFolder = VGGFLOW_TEST_PLUGINS;
const std::string kGood = kFolder + "/libplugin_good.so";

class PluginFlag : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string text = tiny_spec("tiny");
    text.insert(text.find("  - normalize"), "  - plugin_brighten: {amount: 5}\n");
    write_file(spec_, text);
  }
  /// A command's own arguments, the spec at the end: the flag takes one word.
  [[nodiscard]] CommandResult with_plugin(std::vector<std::string> command) const {
    command.insert(command.end(), {"--plugin", kGood, spec_});
    return run_vggflow(command);
  }

  ScratchFolder folder_;
  std::string spec_ = folder_ / "tiny.yaml";
};

TEST_F(PluginFlag, IsKnownToEveryCommandThatReadsASpec) {
  const std::string out = folder_ / "out";
  EXPECT_THAT(run_vggflow({"explain", spec_}).err, HasSubstr("unknown stage 'plugin_brighten'"));
  EXPECT_THAT(with_plugin({"explain"}).out, HasSubstr("-> plugin_brighten {amount: 5}"));
  for (const std::vector<std::string>& command :
       {std::vector<std::string>{"run", "--quiet", "--out", out},
        {"evaluate", "--quiet", "--out", out},
        {"bench", "pipeline", "--batches", "1"},
        {"preview", "-n", "2", "-o", folder_ / "sheet.png"}}) {
    const CommandResult result = with_plugin(command);
    EXPECT_EQ(result.exit_code, 0) << command[0] << ": " << result.err;
  }
  const CommandResult report = run_vggflow({"report", out});
  EXPECT_THAT(report.out, ::testing::ContainsRegex("plugins .* libplugin_good.so [0-9a-f]{64}"));
}

TEST_F(PluginFlag, IsKnownToTheListOfStages) {
  EXPECT_THAT(run_vggflow({"stages", "--plugin", kGood}).out, HasSubstr("plugin_brighten ("));
  EXPECT_THAT(run_vggflow({"stages"}).out, Not(HasSubstr("plugin_brighten")));
}

TEST_F(PluginFlag, WhatCannotBeLoadedIsNamedAndEndsTheCommand) {
  for (const auto& [name, message] : {std::pair{"nowhere", "there is no such plugin"},
                                      {"taken", "two stages named 'flip'"},
                                      {"empty", "registers no stage"},
                                      {"unresolved", "vggflow_test_is_nowhere"}}) {
    const std::string plugin = kFolder + "/libplugin_" + name + ".so";
    for (const std::vector<std::string>& command :
         {std::vector<std::string>{"stages"}, {"explain", spec_}}) {
      std::vector<std::string> arguments = command;
      arguments.insert(arguments.end(), {"--plugin", kGood, "--plugin", plugin});
      const CommandResult result = run_vggflow(arguments);
      EXPECT_EQ(result.exit_code, 2) << name;
      EXPECT_EQ(result.out, "");
      EXPECT_THAT(result.err, AllOf(HasSubstr("vggflow: " + plugin + ": "), HasSubstr(message)));
    }
  }
}

}  // namespace
}  // namespace vggflow::testing
