#pragma once

#include <CLI/CLI.hpp>
#include <memory>
#include <optional>
#include <string>

#include "experiments/command/stop_on_signal.h"
#include "experiments/training/progress.h"
#include "pipeline/dataset_pass.h"

namespace vggflow {

/// What the commands that go over a whole data set share: SOURCE, --data, --cache, --workers,
/// --quiet.
struct DatasetFlags {
  std::string source;
  std::string data = ".";
  std::string cache;
  int workers = 0;
  bool quiet = false;

  void add_to(CLI::App& command);
  [[nodiscard]] std::unique_ptr<Dataset> open() const;
};

/// One pass of such a command: with progress on standard error, ended early by SIGINT or SIGTERM.
class DatasetPass {
 public:
  DatasetPass(const DatasetFlags& flags, std::string title);
  [[nodiscard]] PassOptions options();

 private:
  int workers_;
  bool quiet_;
  std::string title_;
  std::optional<Progress> progress_;  // once it is known how many images there are to do
  StopOnSignal signal_;
};

/// --short-side (0: not given) and --profile, which asks for it; `shrinks` says what of.
void add_shrinking(CLI::App& command, int& short_side, const std::string& shrinks,
                   std::string& profile);

// Each adds its command to `dataset`.
void add_dataset_verify(CLI::App& dataset);
void add_dataset_stats(CLI::App& dataset);
void add_dataset_pack(CLI::App& dataset);

}  // namespace vggflow
