#include "experiments/bench/trace.h"

#include <gmock/gmock.h>

#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "experiments/bench/training_bench.h"
#include "tests/experiments/spec/spec_files.h"

namespace vggflow {
namespace {

using Json = nlohmann::json;
using std::chrono::microseconds;

Json events_of(std::vector<TimedSpan> spans) {
  return Json::parse(to_chrome_trace(std::move(spans))).at("traceEvents");
}

/// Names of the rows, by number.
std::map<int, std::string> rows_of(const Json& events) {
  std::map<int, std::string> rows;
  for (const Json& event : events) {
    if (event.at("name") == "thread_name") rows[event.at("tid")] = event.at("args").at("name");
  }
  return rows;
}

TEST(Trace, HasARowForEachNameAndTimesFromTheFirstBegin) {
  const TimedSpan::Clock::time_point start{std::chrono::hours(5)};
  const Json events =
      events_of({{"training", "update", start + microseconds(40), start + microseconds(47)},
                 {"upload", "upload", start, start + microseconds(10)},
                 {"training", "wait", start + microseconds(10), start + microseconds(12)}});
  const std::map<int, std::string> rows = rows_of(events);
  EXPECT_THAT(rows, ::testing::ElementsAre(std::pair(1, "upload"), std::pair(2, "training")));
  std::vector<std::string> seen;
  for (const Json& event : events) {
    if (event.at("ph") != "X") continue;
    EXPECT_EQ(event.at("pid"), 1);
    seen.push_back(rows.at(event.at("tid")) + " " + event.at("name").get<std::string>() + " " +
                   std::to_string(event.at("ts").get<int>()) + "+" +
                   std::to_string(event.at("dur").get<int>()));
  }
  EXPECT_THAT(seen, ::testing::ElementsAre("upload upload 0+10", "training wait 10+2",
                                           "training update 40+7"));
}

TEST(Trace, OfNothingIsATraceWithoutEvents) { EXPECT_TRUE(events_of({}).empty()); }

TEST(Trace, NamesAreTextWhateverIsInThem) {
  const auto now = TimedSpan::Clock::now();
  const Json events = events_of({{"a \"row\"\n", "\\", now, now}});
  EXPECT_EQ(rows_of(events).at(1), "a \"row\"\n");
}

class TraceOfTraining : public SpecFiles {
 protected:
  /// Names by row, of two rounds of three steps in two parts each.
  [[nodiscard]] std::map<std::string, std::multiset<std::string>> traced(bool synthetic) const {
    const Spec spec = this->spec(R"(name: x
net: {name: small, crop: 12, layers: [{conv: {name: conv1, outputs: 2}}, relu, pool,
  {fc: {name: fc8, outputs: 3}}]}
init: {kind: he}
pipeline: [{rescale: {side: 16}}, {random_crop: {size: 12}}]
train: {batch: 4, accumulate: 2, iterations: 10, sgd: {rate: 0.01}}
compute: {threads: 1, engine: onednn}
feed: {workers: 2, prefetch: 2}
data: {train: {generated: {classes: 3, images: 8}}}
)");
    const auto spans = std::make_shared<SpanLog>();
    static_cast<void>(bench_training(
        spec, {.data = folder_, .synthetic = synthetic, .steps = 3, .rounds = 2, .spans = spans}));
    std::map<std::string, std::multiset<std::string>> names;
    for (const TimedSpan& span : spans->take()) names[span.row].insert(span.name);
    return names;
  }
};

TEST_F(TraceOfTraining, ShowsStepsBesideThePipeline) {
  auto names = traced(false);
  // Each round: three timed steps and one before them, on the pipeline and on noise.
  constexpr int kSteps = 2 * (3 + 1) * 2;
  EXPECT_EQ(names["training"].count("update"), kSteps);
  EXPECT_EQ(names["training"].count("accumulate"), 2 * kSteps);
  EXPECT_EQ(names["training"].count("wait"), 2 * kSteps);
  EXPECT_THAT(names["rounds"], ::testing::UnorderedElementsAre(
                                   "fed by the pipeline", "synthetic", "bare primitives",
                                   "fed by the pipeline", "synthetic", "bare primitives"));
  // Which of the two did what is chance.
  for (const char* node : {"plan", "read", "decode#0", "rescale#0", "random_crop#0", "render"}) {
    EXPECT_GT(names["worker 1"].count(node) + names["worker 2"].count(node), 0U) << node;
  }
}

TEST_F(TraceOfTraining, OfNoiseHasNoPipeline) {
  const auto names = traced(true);
  EXPECT_EQ(names.count("worker 1"), 0U);
  EXPECT_EQ(names.at("training").count("update"), 2U * (3 + 1));
}

}  // namespace
}  // namespace vggflow
