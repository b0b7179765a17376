#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "experiments/spec/spec.h"

namespace vggflow {

/// The facts of paper_tables.yaml, read by hand: they are held against what the spec reader reads.
class PaperFacts {
 public:
  struct Row {
    std::string net;
    std::vector<int> train_scales;  ///< S, or its bounds
    std::vector<int> test_scales;   ///< Q
    double top1 = 0;                ///< errors, %
    double top5 = 0;

    /// What the spec of this row is called: "D-256", "D-jitter".
    [[nodiscard]] std::string experiment() const {
      const bool jitter = train_scales.size() == 2;
      return net + "-" + (jitter ? "jitter" : std::to_string(train_scales.front()));
    }
  };

  /// "training.drops.factor"
  [[nodiscard]] static std::string text(const std::string& path) { return at(path).scalar; }
  [[nodiscard]] static double number(const std::string& path) { return std::stod(text(path)); }
  [[nodiscard]] static std::vector<std::string> texts(const std::string& path) {
    std::vector<std::string> texts;
    for (const Value& item : at(path).items) texts.push_back(item.scalar);
    return texts;
  }
  /// The rows of a table as written.
  [[nodiscard]] static const std::vector<Value>& list(const std::string& path) {
    return at(path).items;
  }
  /// Tables whose rows have a net, S and Q.
  [[nodiscard]] static std::vector<Row> table(const std::string& name) {
    std::vector<Row> rows;
    for (const Value& row : at(name).items) {
      rows.push_back({.net = row.find("net")->scalar,
                      .train_scales = whole_numbers(*row.find("S")),
                      .test_scales = whole_numbers(*row.find("Q")),
                      .top1 = std::stod(row.find("top1")->scalar),
                      .top5 = std::stod(row.find("top5")->scalar)});
    }
    return rows;
  }

 private:
  static const Value& at(const std::string& path) {
    static const Value facts = read_yaml(VGGFLOW_PAPER_TABLES);
    const Value* value = &facts;
    std::size_t start = 0;
    while (start <= path.size()) {
      const std::size_t dot = std::min(path.find('.', start), path.size());
      value = value->find(path.substr(start, dot - start));
      start = dot + 1;
    }
    return *value;
  }
  static std::vector<int> whole_numbers(const Value& value) {
    if (value.kind == Value::Kind::scalar) return {std::stoi(value.scalar)};
    std::vector<int> numbers;
    for (const Value& item : value.items) numbers.push_back(std::stoi(item.scalar));
    return numbers;
  }
};

}  // namespace vggflow
