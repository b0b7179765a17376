#pragma once

#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <optional>
#include <set>
#include <thread>

#include "tests/experiments/run/experiment_runner.h"

namespace vggflow::testing {

inline constexpr const char* kLonger = R"(
extends: tiny.yaml
train:
  epochs: null
  iterations: 90
  log_every: 7
  checkpoint: {iterations: 4, minutes: 0, keep: 2}
  validation: {iterations: 10, images: 12, scale: 28}
  schedule: {plateau: {patience: 2, threshold: 0.1, drops: 3}}
  warmup: {iterations: 9}
)";

/// A run of the command that may be killed.
class Resumed : public TinyExperiment {
 protected:
  void SetUp() override {
    TinyExperiment::SetUp();
    write_file(longer_, kLonger);
  }

  std::vector<std::string> command_line(const std::string& out,
                                        std::vector<std::string> more = {}) const {
    std::vector<std::string> words{VGGFLOW_COMMAND, "run",     longer_.string(), "--out",
                                   folder_ / out,   "--quiet", "--threads",      "1"};
    words.insert(words.end(), more.begin(), more.end());
    return words;
  }
  CommandResult run_to_the_end(const std::string& out, std::vector<std::string> more = {}) const {
    return run_program(command_line(out, std::move(more)));
  }
  [[nodiscard]] pid_t start(const std::string& out) const { return start(command_line(out)); }
  [[nodiscard]] static pid_t start(const std::vector<std::string>& words) {
    const pid_t child = ::fork();
    if (child != 0) return child;
    std::vector<char*> argv;
    for (const std::string& word : words) argv.push_back(const_cast<char*>(word.c_str()));
    argv.push_back(nullptr);
    ::execv(argv[0], argv.data());
    ::_exit(127);
  }
  /// What tells how far a run is: names of its checkpoints and evaluations.
  [[nodiscard]] std::set<std::string> marks(const std::string& out) const {
    std::set<std::string> names;
    for (const char* part : {"checkpoints", "evaluations"}) {
      std::error_code none;
      std::filesystem::directory_iterator entry(folder_ / (out + "/tiny/" + part), none);
      for (; !none && entry != std::filesystem::directory_iterator(); entry.increment(none)) {
        if (entry->path().extension() == ".h5") names.insert(entry->path().filename().string());
      }
    }
    return names;
  }
  /// Waits for some new marks (as many as `count`) and a moment more, or for the end. The status
  /// of a run that ended by itself.
  std::optional<int> let_run(pid_t run, const std::string& out, int count,
                             std::chrono::microseconds more) const {
    std::set<std::string> seen = marks(out);
    for (int status = 0; count > 0;) {
      if (::waitpid(run, &status, WNOHANG) == run) return status;
      const auto now = marks(out);
      if (now != seen) --count;
      seen = now;
      // A glance at the folder now and then: what is waited for is another process's files.
      std::this_thread::sleep_for(std::chrono::microseconds(200));
    }
    std::this_thread::sleep_for(more);  // the random moment itself
    return std::nullopt;
  }
  std::filesystem::path longer_ = folder_ / "longer.yaml";
};

}  // namespace vggflow::testing
