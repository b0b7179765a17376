#include "base/span_log.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <thread>

namespace vggflow {
namespace {

TEST(SpanLog, GivesEachSpanOnce) {
  SpanLog log;
  const auto begun = SpanLog::Clock::now();
  { const SpanScope span(&log, "row", "first"); }
  log.add("row", "second", begun, begun);
  log.add({{"other", "third", begun, begun}});
  const std::vector<TimedSpan> spans = log.take();
  ASSERT_EQ(spans.size(), 3U);
  EXPECT_EQ(spans[0].name, "first");
  EXPECT_GE(spans[0].begin, begun);
  EXPECT_GE(spans[0].end, spans[0].begin);
  EXPECT_EQ(spans[2].row, "other");
  EXPECT_TRUE(log.take().empty());
}

TEST(SpanLog, AScopeWithoutALogDoesNothing) { const SpanScope span(nullptr, "row", "name"); }

TEST(SpanLog, CollectsFromAllThreads) {
  SpanLog log;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&log, row = "thread " + std::to_string(t)] {
      for (int n = 0; n < 100; ++n) {
        const SpanScope span(&log, row, "work");
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  const std::vector<TimedSpan> spans = log.take();
  for (int t = 0; t < 4; ++t) {
    EXPECT_EQ(std::ranges::count(spans, "thread " + std::to_string(t), &TimedSpan::row), 100);
  }
}

}  // namespace
}  // namespace vggflow
