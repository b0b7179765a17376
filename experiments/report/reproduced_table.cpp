#include "experiments/report/reproduced_table.h"

#include <fstream>
#include <nlohmann/json.hpp>

#include "base/error.h"

namespace vggflow {
namespace {

using Json = nlohmann::json;

Json parsed(const std::filesystem::path& path) {
  std::ifstream file(path);
  if (!file.is_open()) throw system_error("cannot be read", path.string());
  Json json = Json::parse(file, nullptr, false);
  if (json.is_object()) return json;
  throw Error(Origin::data, "is not JSON as `reproduce` writes it", path.string());
}

/// What may be missing or null.
std::optional<double> number(const Json& map, const char* key) {
  const auto found = map.find(key);
  if (found == map.end() || found->is_null()) return std::nullopt;
  return found->get<double>();
}

std::string text(const Json& map, const char* key) {
  const auto found = map.find(key);
  return found == map.end() || found->is_null() ? "" : found->get<std::string>();
}

Interval interval(const Json& bounds) { return {bounds.at(0), bounds.at(1)}; }

std::optional<MeasuredCell> measured_cell(const Json& row) {
  const auto found = row.find("measured");
  if (found == row.end() || found->is_null()) return std::nullopt;
  const Json& cell = *found;
  return MeasuredCell{.top1 = cell.at("top1"),
                      .top5 = cell.at("top5"),
                      .top1_interval = interval(cell.at("top1_interval")),
                      .top5_interval = interval(cell.at("top5_interval")),
                      .images = cell.at("images"),
                      .failed = cell.at("failed"),
                      .file = cell.at("file")};
}

ReproducedRow table_row(const Json& row) {
  const Json& paper = row.at("paper");
  return {.name = row.at("name"),
          .train_scale = text(row, "train_scale"),
          .test_scale = text(row, "test_scale"),
          .views = text(row, "views"),
          .paper = {number(paper, "top1"), number(paper, "top5")},
          .measured = measured_cell(row),
          .note = text(row, "note")};
}

Finding finding(const Json& json) {
  Finding read{.claim = json.at("claim"),
               .section = text(json, "section"),
               .verdict = json.at("verdict"),
               .pairs = {}};
  for (const Json& pair : json.at("pairs")) {
    read.pairs.push_back({.better = pair.at("better"),
                          .worse = pair.at("worse"),
                          .better_error = number(pair, "better_error"),
                          .worse_error = number(pair, "worse_error"),
                          .p = number(pair, "p"),
                          .verdict = pair.at("verdict"),
                          .note = text(pair, "note")});
  }
  return read;
}

}  // namespace

ReproducedTable read_reproduced_table(const std::filesystem::path& path) {
  const Json json = parsed(path);
  try {
    ReproducedTable table{.title = json.at("title"),
                          .notes = json.at("notes"),
                          .made = text(json, "made"),
                          .command = text(json, "command"),
                          .rows = {},
                          .findings = {}};
    for (const Json& row : json.at("rows")) table.rows.push_back(table_row(row));
    for (const Json& claim : json.at("findings")) table.findings.push_back(finding(claim));
    return table;
  } catch (const Json::exception& error) {  // "... key 'rows' not found"
    throw Error(Origin::data, std::string("is no table of `reproduce`: ") + error.what(),
                path.string());
  }
}

}  // namespace vggflow
