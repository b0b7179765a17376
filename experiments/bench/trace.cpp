#include "experiments/bench/trace.h"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

namespace vggflow {
namespace {

using Json = nlohmann::ordered_json;

double us(TimedSpan::Clock::duration duration) {
  return std::chrono::duration<double, std::micro>(duration).count();
}

Json about_row(const char* what, int row, Json value) {
  return {{"ph", "M"}, {"pid", 1}, {"tid", row}, {"name", what}, {"args", std::move(value)}};
}

}  // namespace

std::string to_chrome_trace(std::vector<TimedSpan> spans) {
  std::ranges::stable_sort(spans, {}, &TimedSpan::begin);
  Json events = Json::array();
  std::map<std::string, int> rows;
  for (const TimedSpan& span : spans) {
    const auto [row, is_new] = rows.try_emplace(span.row, static_cast<int>(rows.size()) + 1);
    if (is_new) {
      events.push_back(about_row("thread_name", row->second, {{"name", span.row}}));
      events.push_back(about_row("thread_sort_index", row->second, {{"sort_index", row->second}}));
    }
    events.push_back({{"ph", "X"},
                      {"pid", 1},
                      {"tid", row->second},
                      {"name", span.name},
                      {"ts", us(span.begin - spans.front().begin)},
                      {"dur", us(span.end - span.begin)}});
  }
  return Json{{"displayTimeUnit", "ms"}, {"traceEvents", std::move(events)}}.dump() + "\n";
}

}  // namespace vggflow
