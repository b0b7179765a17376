#include "experiments/command/stop_on_signal.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdint>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

namespace vggflow::testing {
namespace {

constexpr int kNotStopped = 3;

[[noreturn]] void raise_both(int first, int second) {
  ::signal(first, SIG_DFL);  // a shell may have started the tests with it ignored
  ::signal(second, SIG_DFL);
  const StopOnSignal stop;
  ::raise(first);
  if (!stop.flag()) ::_exit(kNotStopped);
  ::raise(second);
  ::_exit(0);
}

TEST(StopOnSignal, TheSecondSignalOfEitherKindEndsTheProcess) {
  for (const int first : {SIGINT, SIGTERM}) {
    for (const int second : {SIGINT, SIGTERM}) {
      EXPECT_EXIT(raise_both(first, second), ::testing::KilledBySignal(second), "");
    }
  }
}

[[noreturn]] void raise_with_the_other_ignored() {
  ::signal(SIGINT, SIG_IGN);
  ::signal(SIGTERM, SIG_DFL);
  const StopOnSignal stop;
  ::raise(SIGINT);
  if (stop.flag()) ::_exit(1);
  ::raise(SIGTERM);
  ::raise(SIGINT);
  ::_exit(stop.flag() ? 0 : kNotStopped);
}

TEST(StopOnSignal, ASignalThatIsIgnoredStaysSo) {
  EXPECT_EXIT(raise_with_the_other_ignored(), ::testing::ExitedWithCode(0), "");
}

/// Whether the process catches the signal, as the kernel tells.
bool catches(pid_t process, int signal) {
  std::ifstream status("/proc/" + std::to_string(process) + "/status");
  for (std::string word; status >> word;) {
    if (word != "SigCgt:") continue;
    std::uint64_t mask = 0;
    status >> std::hex >> mask;
    return (mask >> (signal - 1) & 1U) != 0;
  }
  return false;
}

/// The status of `vggflow dataset COMMAND` over a source without end, sent the signal as soon as it
/// is caught.
int interrupted(const std::string& command, int signal) {
  std::vector<std::string> words{VGGFLOW_COMMAND, "dataset", command,
                                 "{generated: {classes: 4, images: 100000}}", "--quiet"};
  const pid_t child = ::fork();
  if (child == 0) {
    std::vector<char*> argv;
    for (std::string& word : words) argv.push_back(word.data());
    argv.push_back(nullptr);
    ::signal(signal, SIG_DFL);
    ::execv(argv[0], argv.data());
    ::_exit(127);
  }
  for (int i = 0; i < 20000 && !catches(child, signal); ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  ::kill(child, signal);
  int status = 0;
  ::waitpid(child, &status, 0);
  return status;
}

TEST(StopOnSignal, EndsVerifyAndStatsWithACodeOfItsOwn) {
  for (const char* command : {"verify", "stats"}) {
    for (const int signal : {SIGINT, SIGTERM}) {
      const int status = interrupted(command, signal);
      ASSERT_TRUE(WIFEXITED(status)) << command << " " << status;
      EXPECT_EQ(WEXITSTATUS(status), 75) << command;
    }
  }
}

}  // namespace
}  // namespace vggflow::testing
