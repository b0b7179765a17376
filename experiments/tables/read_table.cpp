#include <algorithm>

#include "base/error.h"
#include "base/params.h"
#include "experiments/spec/sections.h"
#include "experiments/tables/read_findings.h"
#include "experiments/tables/read_member.h"
#include "experiments/tables/table.h"

namespace vggflow {
namespace {

namespace fs = std::filesystem;

constexpr ParamSpec kTitle{.key = "title", .doc = "the table's heading"};
constexpr ParamSpec kNote{.key = "note", .doc = "a line below the table"};
constexpr ParamSpec kLabel{.key = "label", .doc = "a name for the row"};
constexpr ParamSpec kName{.key = "name", .doc = "the fusion's file, OUT/fusions/NAME.h5"};
constexpr ParamSpec kTop1{.key = "top1", .unit = "%", .min = 0, .max = 100};
constexpr ParamSpec kTop5{.key = "top5", .unit = "%", .min = 0, .max = 100};
constexpr ParamSpec kTestTop5{.key = "test_top5", .unit = "%", .min = 0, .max = 100};

std::string text_or_nothing(Params& params, const ParamSpec& spec) {
  return params.has(spec.key) ? params.text(spec) : std::string();
}

std::optional<double> percent(Params& params, const ParamSpec& spec) {
  if (!params.has(spec.key)) return std::nullopt;
  return params.number(spec);
}

PublishedErrors read_paper(Params params) {
  const PublishedErrors paper{percent(params, kTop1), percent(params, kTop5),
                              percent(params, kTestTop5)};
  params.finish();
  return paper;
}

/// A member of a fusion: a spec's path, scored by the row's evaluation, or a map of both.
CellMember read_fused(const Value& item, const std::string& path, const fs::path& folder,
                      const std::string& evaluation) {
  if (item.kind == Value::Kind::scalar) {
    Value map = Value::map();
    map.file = item.file;
    map.line = item.line;
    map["experiment"] = item;
    return read_member(Params(map, path), folder, evaluation);
  }
  return read_member(Params(item, path), folder, evaluation);
}

TableCell read_fusion(Params& params, const fs::path& folder, const std::string& evaluation) {
  TableCell cell{.fusion = params.text(kName)};
  if (!is_plain_name(cell.fusion)) {
    params.fail("name", "got '" + cell.fusion + "'; allowed: letters, digits, '.', '_' and '-'");
  }
  const Value* members = params.value("fuse");
  if (members->kind != Value::Kind::list || members->items.size() < 2) {
    params.fail("fuse",
                "allowed: a list of at least two, [PATH, {experiment: PATH, evaluation: "
                "NAME}]");
  }
  for (std::size_t i = 0; i < members->items.size(); ++i) {
    const std::string path = params.path("fuse") + "[" + std::to_string(i) + "]";
    CellMember member = read_fused(members->items[i], path, folder, evaluation);
    if (std::ranges::find(cell.members, member) != cell.members.end()) {
      params.fail("fuse", "names " + TableCell{{member}}.text() + " twice");
    }
    cell.members.push_back(std::move(member));
  }
  return cell;
}

TableCell read_cell(Params& params, const fs::path& folder, const std::string& default_evaluation) {
  if (!params.has("fuse") && !params.has("experiment")) return {};
  if (params.has("fuse") && params.has("experiment")) {
    params.fail("fuse",
                "stands beside `experiment`; allowed: one of them, or none in a row of "
                "published numbers alone");
  }
  if (!params.has("fuse")) return {{read_member(params, folder, default_evaluation)}};
  std::string evaluation = default_evaluation;
  if (params.has("evaluation")) evaluation = params.text({.key = "evaluation"});
  return read_fusion(params, folder, evaluation);
}

TableRow read_row(Params params, const fs::path& folder, const std::string& evaluation) {
  TableRow row;
  row.cell = read_cell(params, folder, evaluation);
  row.label = text_or_nothing(params, kLabel);
  if (row.cell.members.empty() && row.label.empty()) {
    params.fail("experiment",
                "is missing; allowed: `experiment`, `fuse`, or a `label` alone for "
                "published numbers");
  }
  row.paper = read_paper(params.map("paper"));
  params.finish();
  const std::string written = params.all().place();
  row.place = (written.empty() ? "" : written + ": ") + params.path();
  return row;
}

/// A fusion's file has its name: two of one name must be the same.
void check_fusions(const Params& params, const std::vector<TableRow>& rows) {
  for (const TableRow& row : rows) {
    const auto other = std::ranges::find_if(rows, [&](const TableRow& candidate) {
      return !row.cell.fusion.empty() && candidate.cell.fusion == row.cell.fusion;
    });
    if (other == rows.end() || other->cell == row.cell) continue;
    params.fail("rows", "two fusions of other members are called '" + row.cell.fusion + "'");
  }
}

}  // namespace

Table read_table(const Value& table, const fs::path& path) {
  Params params(table, "");
  Table read{.name = path.stem().string(), .title = params.text(kTitle), .rows = {}};
  const std::string evaluation = text_or_nothing(params, {.key = "evaluation"});
  if (params.has(kNote.key)) read.notes.push_back(params.text(kNote));
  const Value* rows = params.value("rows");
  if (!rows || rows->kind != Value::Kind::list || rows->items.empty()) {
    params.fail("rows", "allowed: a list of at least one row, {experiment: PATH, paper: {...}}");
  }
  for (std::size_t i = 0; i < rows->items.size(); ++i) {
    const std::string where = "rows[" + std::to_string(i) + "]";
    read.rows.push_back(read_row(Params(rows->items[i], where), path.parent_path(), evaluation));
  }
  check_fusions(params, read.rows);
  read.findings = read_findings(params, read.rows, path.parent_path(), evaluation);
  params.finish();
  return read;
}

}  // namespace vggflow
