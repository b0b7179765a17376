#include "experiments/training/progress.h"

#include <gmock/gmock.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <thread>

#include "base/log.h"
#include "tests/experiments/training/pseudo_terminal.h"

namespace vggflow {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::MatchesRegex;
using ::testing::Not;
using ::testing::StartsWith;

constexpr const char* kText =
    "epoch 1.5  loss 3.142  error 56.1 %  rate 0.01  1376 images/s  waiting 3 %";

class ProgressTest : public ::testing::Test {
 protected:
  void SetUp() override { ::setenv("TERM", "xterm-256color", 1); }
  void TearDown() override { set_quiet(false); }

  /// What stands on a terminal of so many columns in the end.
  template <class Body>
  static std::vector<std::string> shown(unsigned short columns, const Body& body) {
    PseudoTerminal terminal(columns);
    body(terminal);
    const Screen screen(columns, terminal.output());
    EXPECT_TRUE(screen.wraps());
    EXPECT_EQ(screen.wrapped(), 0);
    return screen.lines();
  }
  /// What a standard error that is no terminal gets.
  template <class Body>
  static std::string plain(const Body& body) {
    ::testing::internal::CaptureStderr();
    body();
    return ::testing::internal::GetCapturedStderr();
  }
};

TEST_F(ProgressTest, ATerminalShowsOneLineWithBarAndAll) {
  const auto lines = shown(160, [](auto&) {
    Progress progress("training A", 4000, false);
    progress.show(1, "loss 99999");
    progress.show(1000, "too soon to be seen");
    progress.show(4000, kText);
  });
  ASSERT_EQ(lines.size(), 2U);  // the cursor is on the second
  EXPECT_EQ(lines[0],
            "training A  [" + std::string(40, '=') + "]  4000/4000  " + kText + "  ETA 0:00:00");
  EXPECT_THAT(lines[1], IsEmpty());
}

TEST_F(ProgressTest, NothingWrapsAndTheCountIsThereWhateverTheWidth) {
  std::size_t parts_before = 0;
  for (unsigned short columns = 20; columns <= 200; ++columns) {
    const auto lines = shown(columns, [](auto&) {
      Progress progress("training D-jitter", 370000, false);
      progress.show(123456, kText);
    });
    ASSERT_EQ(lines.size(), 2U) << columns;
    EXPECT_LT(lines[0].size(), columns);
    EXPECT_THAT(lines[0], HasSubstr("123456/370000"));
    // What is there is whole, and a wider terminal shows no less.
    std::size_t parts = 0;
    for (const char* part : {"training D-jitter", "]", "epoch 1.5", "loss 3.142", "error 56.1 %",
                             "rate 0.01", "1376 images/s", "waiting 3 %", "ETA"}) {
      parts += lines[0].find(part) != std::string::npos ? 1 : 0;
    }
    EXPECT_GE(parts, parts_before) << columns;
    parts_before = parts;
  }
  EXPECT_EQ(parts_before, 9U);
}

TEST_F(ProgressTest, FollowsAWindowThatChangesItsSize) {
  PseudoTerminal terminal(200);
  Progress progress("training A", 100, false);
  progress.show(1, kText);
  terminal.resize(50);
  progress.show(100, kText);
  const std::string output = terminal.output();
  const std::string last = Screen(200, output.substr(output.rfind('\r'))).lines().back();
  EXPECT_LT(last.size(), 50U);
  EXPECT_THAT(last, HasSubstr("100/100"));
}

TEST_F(ProgressTest, ALineThatIsWiderThanTheWindowByNowIsCutByTheTerminal) {
  const auto lines = shown(30, [](auto& terminal) {
    terminal.resize(200);
    Progress progress("training A", 100, false);
    progress.show(100, kText);
    terminal.resize(30);
    log_info("a message");
  });
  ASSERT_EQ(lines.size(), 3U);
  EXPECT_EQ(lines[0], "a message");
  EXPECT_THAT(lines[1], StartsWith("training A  ["));
}

TEST_F(ProgressTest, MessagesOfAnyThreadGoAboveTheLineWhole) {
  const auto lines = shown(100, [](auto&) {
    Progress progress("training A", 1000, false);
    std::atomic<int> running{3};
    std::vector<std::thread> threads;
    for (int t = 0; t < 3; ++t) {
      threads.emplace_back([t, &running] {
        for (int i = 0; i < 100; ++i) log_warning(std::to_string(t) + " says " + std::to_string(i));
        --running;
      });
    }
    for (std::uint64_t i = 1; running > 0; ++i) progress.show(i % 1000 / 999 * 1000, "loss 1");
    for (std::thread& thread : threads) thread.join();
    progress.show(1000, "loss 1");
  });
  ASSERT_EQ(lines.size(), 302U);
  std::vector<int> next(3);
  for (std::size_t i = 0; i < 300; ++i) {
    ASSERT_THAT(lines[i], MatchesRegex("warning: [0-2] says [0-9]+"));
    const auto thread = static_cast<std::size_t>(lines[i][9] - '0');
    EXPECT_EQ(lines[i].substr(16), std::to_string(next[thread]++));
  }
  EXPECT_THAT(lines[300], HasSubstr("1000/1000"));
}

TEST_F(ProgressTest, WithoutALineMessagesAreBare) {
  PseudoTerminal terminal(80);
  log_info("before");
  { Progress progress("never shown", 10, false); }
  log_warning("after");
  EXPECT_EQ(terminal.output(), "before\r\nwarning: after\r\n");
}

TEST_F(ProgressTest, PlainLinesNowAndThenWhereNothingCanBeRewritten) {
  const auto body = [] {
    Progress progress("training A", 100, false);
    for (std::uint64_t i = 1; i <= 100; ++i) progress.show(i, kText);
  };
  const std::string expected = std::string("training A  1/100  ") + kText +
                               "  ETA 0:00:00\ntraining A  100/100  " + kText + "  ETA 0:00:00\n";
  EXPECT_EQ(plain(body), expected);
  for (const char* kind : {"dumb", ""}) {
    ::setenv("TERM", kind, 1);
    const auto lines = shown(160, [&](auto&) { body(); });
    ASSERT_EQ(lines.size(), 3U);
    EXPECT_EQ(lines[0] + "\n" + lines[1] + "\n", expected);
  }
  ::unsetenv("TERM");
  EXPECT_EQ(shown(160, [&](auto&) { body(); }).size(), 3U);
}

TEST_F(ProgressTest, NothingWhenQuiet) {
  const auto body = [] {
    Progress progress("training A", 2, true);
    progress.show(1, kText);
    progress.show(2, kText);
  };
  EXPECT_THAT(plain(body), IsEmpty());
  PseudoTerminal terminal(80);
  body();
  EXPECT_THAT(terminal.output(), IsEmpty());
}

TEST_F(ProgressTest, AQuietMessageLeavesTheLineAlone) {
  PseudoTerminal terminal(80);
  Progress progress("training A", 2, false);
  progress.show(2, "loss 1");
  set_quiet(true);
  log_info("not to be seen");
  const std::string output = terminal.output();
  EXPECT_THAT(output, Not(HasSubstr("seen")));
  EXPECT_EQ(output.find('\r'), output.rfind('\r'));
}

/// Seconds in "... ETA h:mm:ss\n".
long eta_of(const std::string& line) {
  const std::size_t at = line.rfind("ETA ");
  long hours = 0;
  long minutes = 0;
  long seconds = 0;
  if (at == std::string::npos ||
      std::sscanf(line.c_str() + at, "ETA %ld:%ld:%ld\n", &hours, &minutes, &seconds) != 3) {
    return -1;
  }
  return hours * 3600 + minutes * 60 + seconds;
}

TEST_F(ProgressTest, ARunThatGoesOnCountsAllAndGoesByItsOwnPace) {
  const auto first_line = [](std::uint64_t already, std::uint64_t done) {
    return plain([&] {
      Progress progress("training A", 1'000'000, false, already);
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
      progress.show(done, "loss 1");
    });
  };
  EXPECT_THAT(first_line(500'000, 500'000), EndsWith("500000/1000000  loss 1  ETA ?\n"));
  EXPECT_THAT(first_line(0, 0), EndsWith("ETA ?\n"));
  // One iteration in at least 0.05 s, and 499,999 to go: at least 25,000 s. Were those before
  // counted, too, it would take no time.
  EXPECT_GE(eta_of(first_line(500'000, 500'001)), 24'990);
  EXPECT_EQ(eta_of(first_line(500'000, 1'000'000)), 0);
}

TEST_F(ProgressTest, OddCountsAreShownAsTheyAre) {
  const auto lines = shown(80, [](auto&) {
    Progress nothing("a", 0, false);
    nothing.show(0, "");
    Progress more("b", 5, false);
    more.show(7, "images");
  });
  EXPECT_THAT(lines[0], AnyOf(HasSubstr("7/5"), HasSubstr("0/0")));
}

}  // namespace
}  // namespace vggflow
