#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "command_runner.h"

namespace vggflow::testing {

/// Makes tables of tiny experiments in a folder of its own.
class Reproduce : public ::testing::Test {
 protected:
  void SetUp() override { write_file(folder_ / "good.yaml", tiny_spec("good")); }

  /// Rows of these experiments, evaluation `single`.
  CommandResult reproduce(const std::vector<std::string>& names) {
    std::string table = "title: Small\nevaluation: single\nrows:\n";
    for (const std::string& name : names) {
      table += "  - {experiment: " + name + ".yaml, label: " + name + ", paper: {top1: 29.6}}\n";
    }
    write_file(folder_ / "small.yaml", table);
    return run_vggflow({"reproduce", folder_ / "small.yaml", "--data", folder_.path(), "--out",
                        folder_ / "out", "--set", "train.epochs=1"});
  }
  /// A table of these rows, as written.
  CommandResult reproduce_rows(const std::string& rows, std::vector<std::string> more = {}) {
    write_file(folder_ / "small.yaml", "title: Small\nevaluation: single\nrows:\n" + rows);
    std::vector<std::string> arguments{
        "reproduce", folder_ / "small.yaml", "--data", folder_.path(),
        "--out",     folder_ / "out",        "--set",  "train.epochs=1"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return run_vggflow(arguments);
  }
  void add_twin(const std::string& name) const {
    write_file(folder_ / (name + ".yaml"), "extends: good.yaml\nname: " + name + "\nseed: 5\n");
  }
  [[nodiscard]] std::string markdown() const { return file_text(folder_ / "out/tables/small.md"); }
  [[nodiscard]] bool is_there(const std::string& file) const {
    return std::filesystem::exists(folder_ / ("out/" + file));
  }

  ScratchFolder folder_;
};

}  // namespace vggflow::testing
