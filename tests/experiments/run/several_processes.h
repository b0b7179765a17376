#pragma once

#include <gmock/gmock.h>

#include <cmath>
#include <fstream>

#include "nets/weights_file.h"
#include "tests/experiments/run/resumed_experiment.h"

namespace vggflow::testing {

namespace fs = std::filesystem;

inline int count_of(const std::string& text, const std::string& part) {
  int count = 0;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++count;
  return count;
}

/// Of one process: the tasks under it.
inline std::vector<pid_t> children_of(pid_t parent) {
  std::vector<pid_t> children;
  for (const auto& thread : fs::directory_iterator("/proc/" + std::to_string(parent) + "/task")) {
    std::ifstream list(thread.path() / "children");
    for (pid_t child = 0; list >> child;) children.push_back(child);
  }
  return children;
}

inline std::string variable_of(pid_t process, const std::string& name) {
  const std::string all = '\0' + file_text("/proc/" + std::to_string(process) + "/environ");
  const auto at = all.find('\0' + name + "=");
  return at == std::string::npos ? "" : all.c_str() + at + name.size() + 2;
}

/// Runs the command with mpirun.
class SeveralProcesses : public Resumed {
 protected:
  void SetUp() override {
    if (run_program({"sh", "-c", "command -v mpirun"}).exit_code != 0) GTEST_SKIP() << "no mpirun";
    Resumed::SetUp();
  }

  [[nodiscard]] static std::vector<std::string> many(int count, std::vector<std::string> words) {
    words.insert(words.begin(), {VGGFLOW_MPIRUN, std::to_string(count)});
    return words;
  }
  [[nodiscard]] CommandResult run_many(int count, const std::string& out,
                                       std::vector<std::string> more = {}) const {
    return run_program(many(count, command_line(out, std::move(more))));
  }
  /// The process of this rank under mpirun.
  [[nodiscard]] static pid_t process_of(pid_t mpirun, int rank) {
    while (true) {
      for (const pid_t child : children_of(mpirun)) {
        if (variable_of(child, "OMPI_COMM_WORLD_RANK") == std::to_string(rank)) return child;
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(1));  // it has yet to be started
    }
  }
  [[nodiscard]] fs::path weights(const std::string& out) const {
    return folder_ / out / "tiny/weights.h5";
  }
  void expect_same_weights(const std::string& one, const std::string& other) const {
    EXPECT_EQ(file_text(weights(one)), file_text(weights(other))) << one << " and " << other;
  }
  /// Up to the order of sums.
  void expect_close_weights(const std::string& one, const std::string& other) const {
    const Parameters a = load_weights(weights(one)).parameters;
    const Parameters b = load_weights(weights(other)).parameters;
    for (std::size_t t = 0; t < a.tensors.size(); ++t) {
      double difference = 0;
      double size = 0;
      for (std::size_t i = 0; i < a.tensors[t].values.size(); ++i) {
        difference += std::pow(a.tensors[t].values[i] - b.tensors[t].values[i], 2);
        size += std::pow(a.tensors[t].values[i], 2);
      }
      EXPECT_LT(std::sqrt(difference), 1e-4 * std::sqrt(size) + 1e-6) << a.tensors[t].name;
    }
  }
};

}  // namespace vggflow::testing
