#include <array>
#include <charconv>

#include "experiments/tables/render/render_table.h"

namespace vggflow {
namespace {

constexpr std::array kHeadings{
    "name",       "net",        "label",    "train_scale", "test_scale",       "views",
    "paper_top1", "paper_top5", "top1",     "top5",        "top1_minus_paper", "top5_minus_paper",
    "top1_low",   "top1_high",  "top5_low", "top5_high",   "images",           "failed",
    "file"};

std::string quoted(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string safe = "\"";
  for (const char c : text) safe += c == '"' ? std::string("\"\"") : std::string(1, c);
  return safe + "\"";
}

std::string number(double value) {
  std::array<char, 32> text{};  // the shortest that reads back as the same number
  return {text.data(), std::to_chars(text.data(), text.data() + text.size(), value).ptr};
}

std::string number(const std::optional<double>& value) { return value ? number(*value) : ""; }

std::string difference(double measured, const std::optional<double>& paper) {
  return paper ? number(measured - *paper) : "";
}

std::vector<std::string> fields_of(const TableRow& row) {
  std::vector<std::string> fields{row.name(),
                                  row.net,
                                  row.label,
                                  row.train_scale,
                                  row.test_scale,
                                  row.views,
                                  number(row.paper.top1),
                                  number(row.paper.top5)};
  if (row.measured) {
    const MeasuredErrors& m = *row.measured;
    for (const std::string& field :
         {number(m.top1), number(m.top5), difference(m.top1, row.paper.top1),
          difference(m.top5, row.paper.top5), number(m.top1_interval.low),
          number(m.top1_interval.high), number(m.top5_interval.low), number(m.top5_interval.high),
          std::to_string(m.images), std::to_string(m.failed), m.file.generic_string()}) {
      fields.push_back(field);
    }
  }
  fields.resize(kHeadings.size());
  return fields;
}

}  // namespace

std::string to_csv(const Table& table) {
  std::string text;
  for (const char* heading : kHeadings) text += (text.empty() ? "" : ",") + std::string(heading);
  text += "\n";
  for (const TableRow& row : table.rows) {
    const std::vector<std::string> fields = fields_of(row);
    for (std::size_t i = 0; i < fields.size(); ++i) text += (i ? "," : "") + quoted(fields[i]);
    text += "\n";
  }
  return text;
}

}  // namespace vggflow
