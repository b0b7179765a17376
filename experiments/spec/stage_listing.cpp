#include <cmath>
#include <sstream>

#include "experiments/spec/explain.h"

namespace vggflow {
namespace {

std::string bounds(const ParamSpec& param) {
  std::ostringstream out;
  const bool below = std::isfinite(param.min);
  const bool above = std::isfinite(param.max);
  if (below && above) out << param.min << " ... " << param.max;
  if (below && !above) out << ">= " << param.min;
  if (!below && above) out << "<= " << param.max;
  return out.str();
}

/// "    side: px, >= 1, required; the smallest side afterwards"
void describe(std::ostream& out, const ParamSpec& param) {
  out << "    " << param.key << ": ";
  if (!param.unit.empty()) out << param.unit << ", ";
  if (!param.choices.empty()) out << param.choices << ", ";
  if (const std::string text = bounds(param); !text.empty()) out << text << ", ";
  if (param.fallback.empty()) {
    out << "required";
  } else {
    out << "default " << param.fallback;
  }
  if (!param.doc.empty()) out << "; " << param.doc;
  out << "\n";
}

}  // namespace

std::string describe_stages() {
  std::ostringstream out;
  for (const StageSchema* stage : StageRegistry::instance().all()) {
    out << stage->name << " (" << to_string(stage->role)
        << (stage->renders ? ", renders what is pending" : "") << ")\n    " << stage->doc << "\n";
    for (const ParamSpec& param : stage->params) describe(out, param);
  }
  return out.str();
}

}  // namespace vggflow
