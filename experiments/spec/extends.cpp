#include <algorithm>
#include <cerrno>
#include <fstream>
#include <iterator>
#include <vector>

#include "base/error.h"
#include "experiments/spec/spec.h"
#include "experiments/spec/yaml.h"

namespace vggflow {
namespace {

namespace fs = std::filesystem;

/// The files being read, outermost first.
using Chain = std::vector<fs::path>;

std::string file_text(const fs::path& path, const std::string& asked_at) {
  errno = 0;
  std::ifstream in(path, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(in), {}};
  if (!in.is_open() || in.bad() || fs::is_directory(path)) {
    const Error why = system_error("cannot read the spec " + path.string(), {});
    throw Error(Origin::spec, why.message(), asked_at);
  }
  return text;
}

void check_circle(const Chain& chain, const fs::path& path, const std::string& asked_at) {
  const auto same = [&](const fs::path& other) { return fs::weakly_canonical(other) == path; };
  const auto first = std::ranges::find_if(chain, same);
  if (first == chain.end()) return;
  std::string circle;
  for (auto at = first; at != chain.end(); ++at) circle += at->string() + " -> ";
  throw Error(Origin::spec, "extends goes in a circle: " + circle + first->string(), asked_at);
}

/// Takes `extends` out of the map: a path or a list of paths.
std::vector<Value> take_parents(Value& spec) {
  const Value* extends = spec.find("extends");
  if (extends == nullptr) return {};
  std::vector<Value> parents =
      extends->kind == Value::Kind::list ? extends->items : std::vector<Value>{*extends};
  for (const Value& parent : parents) {
    if (parent.kind == Value::Kind::scalar && !parent.scalar.empty()) continue;
    throw Error(Origin::spec,
                "extends: got " + std::string(to_string(parent.kind)) +
                    "; allowed: a path or a list of paths, relative to this file",
                extends->place());
  }
  spec.erase("extends");
  return parents;
}

Value read_file(const fs::path& path, const std::string& asked_at, Chain& chain) {
  check_circle(chain, fs::weakly_canonical(path), asked_at);
  Value own = parse_yaml(file_text(path, asked_at), path.string());
  if (own.is_null()) own.kind = Value::Kind::map;
  if (own.kind != Value::Kind::map) {
    throw Error(Origin::spec,
                "got " + std::string(to_string(own.kind)) + "; allowed: a map of keys and values",
                own.place());
  }
  const std::vector<Value> parents = take_parents(own);
  if (parents.empty()) return own;

  chain.push_back(path);
  Value merged = Value::map();
  merged.file = own.file;
  for (const Value& parent : parents) {
    const fs::path file = (path.parent_path() / parent.scalar).lexically_normal();
    merge(merged, read_file(file, parent.place(), chain));
  }
  merge(merged, own);
  chain.pop_back();
  return merged;
}

}  // namespace

Value read_yaml(const fs::path& path) {
  Chain chain;
  return read_file(path, {}, chain);
}

}  // namespace vggflow
