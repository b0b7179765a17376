#include "experiments/report/chart_data.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "experiments/look/curve_points.h"
#include "experiments/look/svg.h"

namespace vggflow {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kMostPoints = 400;
constexpr std::size_t kMostName = 40;  // characters

/// Digits that nobody sees would be half of the page.
double rounded(double value) { return std::round(value * 1e4) / 1e4; }

Json pairs(const Points& points) {
  Json list = Json::array();
  for (const CurvePoint& point : thinned(points, kMostPoints)) {
    list.push_back({rounded(point.epoch), rounded(point.value)});
  }
  return list;
}

/// It fell somewhere in a row's interval: where that began is the nearest that is known.
Json drops(const std::vector<TrainingRow>& log) {
  Json list = Json::array();
  for (std::size_t i = 1; i < log.size(); ++i) {
    if (!(log[i].rate < log[i - 1].rate) || !std::isfinite(log[i].epoch)) continue;
    list.push_back({{"epoch", rounded(log[i - 1].epoch)}, {"rate", log[i].rate}});
  }
  return list;
}

std::string class_name(const std::vector<std::string>& names, int label) {
  const auto n = static_cast<std::size_t>(label);
  return n < names.size() ? cut_after(names[n], kMostName) : std::to_string(label);
}

}  // namespace

Json curves_data(const TrainingHistory& history) {
  const Points loss = points_of(history.log, &TrainingRow::loss);
  const Points validation = points_of(history.validation, &ValidationRow::top1_error);
  if (loss.empty() && validation.empty()) return nullptr;
  return {{"loss", pairs(loss)},
          {"training", pairs(points_of(history.log, &TrainingRow::top1_error))},
          {"validation", pairs(validation)},
          {"drops", drops(history.log)}};
}

Json confusion_data(const ConfusionBlocks& blocks, const std::vector<std::string>& class_names) {
  Json names = Json::array();
  const int classes = static_cast<int>(class_names.size());
  for (int first = 0; first < blocks.side * blocks.each; first += blocks.each) {
    const int last = std::min(first + blocks.each, std::max(classes, first + 1)) - 1;
    const std::string from = class_name(class_names, first);
    names.push_back(last == first ? from : from + " to " + class_name(class_names, last));
  }
  return {{"side", blocks.side}, {"counts", blocks.counts}, {"names", names}};
}

std::string script_json(const Json& data) {
  std::string text;
  for (const char c : data.dump(-1, ' ', false, Json::error_handler_t::replace)) {
    if (c == '<') {
      text += "\\u003c";
    } else {
      text += c;
    }
  }
  return text;
}

}  // namespace vggflow
