#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/error.h"
#include "experiments/spec/yaml.h"
#include "experiments/tables/describe_table.h"

namespace vggflow {

/// A table written in YAML, as if it stood in configs/tables/t.yaml.
inline Table table_of(const std::string& yaml) {
  return read_table(parse_yaml(yaml, "t.yaml"), "configs/tables/t.yaml");
}

/// Specs that are on no disk: file name -> what its spec is.
class WrittenSpecs {
 public:
  Spec& add(const std::string& file, const std::string& name, const std::string& from = "") {
    Spec& spec = specs_[file];
    spec.name = name;
    spec.init.from = from;
    for (const char* evaluation : {"single", "multi"}) {
      EvaluationSpec& made = spec.evaluations.emplace_back();
      made.name = evaluation;
      made.scales = {256};
    }
    return spec;
  }
  [[nodiscard]] ReadSpec reader() {
    return [this](const std::filesystem::path& path) {
      ++reads_;
      const auto found = specs_.find(path.filename().string());
      if (found == specs_.end()) {
        throw Error(Origin::spec, "cannot read the spec " + path.string());
      }
      return found->second;
    };
  }
  [[nodiscard]] int reads() const { return reads_; }

 private:
  std::map<std::string, Spec> specs_;
  int reads_ = 0;
};

}  // namespace vggflow
