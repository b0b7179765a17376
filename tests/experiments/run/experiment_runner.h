#pragma once

#include <gtest/gtest.h>

#include "tests/experiments/command/command_runner.h"

namespace vggflow::testing {

/// Runs the tiny experiment in a folder of its own.
class TinyExperiment : public ::testing::Test {
 protected:
  void SetUp() override { write_file(spec_, tiny_spec("tiny")); }

  CommandResult command(const std::string& name, std::vector<std::string> more = {}) {
    std::vector<std::string> arguments{name,           spec_,   "--data",
                                       folder_.path(), "--out", folder_ / "out"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return run_vggflow(arguments);
  }
  CommandResult run(std::vector<std::string> more = {}) { return command("run", std::move(more)); }

  ScratchFolder folder_;
  std::filesystem::path spec_ = folder_ / "tiny.yaml";
  std::filesystem::path out_ = folder_ / "out/tiny";
};

}  // namespace vggflow::testing
