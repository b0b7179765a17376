#include <nlohmann/json.hpp>

#include "experiments/tables/render/render_table.h"

namespace vggflow {
namespace {

using Json = nlohmann::ordered_json;

Json to_json(const std::optional<double>& value) { return value ? Json(*value) : Json(); }

Json to_json(const Interval& interval) { return Json::array({interval.low, interval.high}); }

Json to_json(const std::optional<MeasuredErrors>& measured) {
  if (!measured) return {};
  return {{"top1", measured->top1},
          {"top5", measured->top5},
          {"top1_interval", to_json(measured->top1_interval)},
          {"top5_interval", to_json(measured->top5_interval)},
          {"images", measured->images},
          {"failed", measured->failed},
          {"file", measured->file.generic_string()}};
}

Json to_json(const TableRow& row) {
  return {{"name", row.name()},
          {"net", row.net},
          {"label", row.label},
          {"train_scale", row.train_scale},
          {"test_scale", row.test_scale},
          {"views", row.views},
          {"paper",
           {{"top1", to_json(row.paper.top1)},
            {"top5", to_json(row.paper.top5)},
            {"test_top5", to_json(row.paper.test_top5)}}},
          {"measured", to_json(row.measured)},
          {"note", row.note}};
}

Json to_json(const FindingPair& pair) {
  const bool measured = pair.verdict != Verdict::not_measured;
  const auto known = [&](double value) { return measured ? Json(value) : Json(); };
  return {{"better", pair.better.text()},
          {"worse", pair.worse.text()},
          {"better_error", known(pair.better_error)},
          {"worse_error", known(pair.worse_error)},
          {"p", known(pair.p)},
          {"verdict", to_string(pair.verdict)},
          {"note", pair.note}};
}

Json to_json(const Finding& finding) {
  Json json = {{"claim", finding.claim},
               {"section", finding.section},
               {"verdict", to_string(finding.verdict)},
               {"pairs", Json::array()}};
  for (const FindingPair& pair : finding.pairs) json["pairs"].push_back(to_json(pair));
  return json;
}

}  // namespace

std::string to_json(const Table& table, const TableMaking& making) {
  Json json = {{"title", table.title},      {"notes", table.notes},  {"made", making.made},
               {"command", making.command}, {"rows", Json::array()}, {"findings", Json::array()}};
  for (const TableRow& row : table.rows) json["rows"].push_back(to_json(row));
  for (const Finding& finding : table.findings) json["findings"].push_back(to_json(finding));
  // Names of files need not be UTF-8.
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace vggflow
