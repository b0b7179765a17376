#include "command_runner.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace vggflow::testing {
namespace {

namespace fs = std::filesystem;

void redirect(int descriptor, const fs::path& file) {
  const int fd = ::open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
  ::dup2(fd, descriptor);
}

}  // namespace

CommandResult run_program(const std::vector<std::string>& command) {
  const ScratchFolder scratch;
  const fs::path out = scratch / "out";
  const fs::path err = scratch / "err";
  const pid_t child = ::fork();
  if (child < 0) throw std::runtime_error("cannot fork");
  if (child == 0) {
    redirect(STDOUT_FILENO, out);
    redirect(STDERR_FILENO, err);
    std::vector<char*> argv;
    for (const std::string& word : command) argv.push_back(const_cast<char*>(word.c_str()));
    argv.push_back(nullptr);
    ::execvp(argv[0], argv.data());
    ::_exit(127);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  return {WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status), file_text(out),
          file_text(err)};
}

CommandResult run_vggflow(const std::vector<std::string>& arguments) {
  std::vector<std::string> command{VGGFLOW_COMMAND};
  command.insert(command.end(), arguments.begin(), arguments.end());
  return run_program(command);
}

std::string file_text(const fs::path& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

void write_file(const fs::path& path, const std::string& text) {
  fs::create_directories(path.parent_path());
  std::ofstream(path, std::ios::binary) << text;
}

ScratchFolder::ScratchFolder() {
  static std::atomic<int> count{0};
  path_ = fs::temp_directory_path() /
          ("vggflow_test_" + std::to_string(::getpid()) + "_" + std::to_string(count++));
  fs::create_directories(path_);
}

ScratchFolder::~ScratchFolder() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

std::string tiny_spec(const std::string& name, const std::string& more) {
  return "name: " + name + R"(
seed: 3
net:
  name: tiny
  crop: 24
  classes: 3
  layers:
    - conv: {name: conv1_1, outputs: 8}
    - relu
    - pool
    - conv: {name: conv2_1, outputs: 12}
    - relu
    - pool
    - fc: {name: fc6, outputs: 24}
    - relu
    - dropout: 0.5
    - fc: {name: fc8, outputs: 3}
init: {kind: he}
data:
  train: {generated: {classes: 3, images: 16, seed: 1}}
  val: {generated: {classes: 3, val_images: 5, seed: 1, split: val}}
pipeline:
  - random_rescale: {min: 28, max: 40}
  - random_crop: {size: 24}
  - flip: {probability: 0.5}
  - normalize: {mean: [123.68, 116.779, 103.939], divisor: [58, 58, 58]}
train:
  batch: 8
  epochs: 2
  sgd: {rate: 0.01, momentum: 0.9, decay: 0.0005}
  log_every: 3
evaluate:
  single: {scales: [32], views: dense}
  center: {scales: [28, 36], views: center, mirror: false}
)" + more;
}

}  // namespace vggflow::testing
