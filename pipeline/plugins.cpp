#include "pipeline/plugins.h"

#include <dlfcn.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <string_view>

#include "base/error.h"
#include "base/sha256.h"
#include "base/version.h"
#include "pipeline/stage.h"

namespace vggflow {
namespace {

namespace fs = std::filesystem;

std::vector<Plugin>& plugins() {
  static std::vector<Plugin> loaded;
  return loaded;
}

std::string bytes_of(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::string bytes{std::istreambuf_iterator<char>(file), {}};
  if (!file.is_open() || file.bad()) throw system_error("cannot be read", path.string());
  return bytes;
}

/// What the plugin's headers left in it says for which vggflow they are. A library that holds none
/// has no stage of its own.
void check_version(std::string_view bytes, const fs::path& path) {
  constexpr std::string_view kMark = std::string_view(kBuiltFor).substr(0, 18);
  static_assert(kMark == "built for vggflow ");
  for (auto at = bytes.find(kMark); at != bytes.npos; at = bytes.find(kMark, at + 1)) {
    const std::string_view built_for = bytes.substr(at, bytes.substr(at, 64).find('\0'));
    if (built_for == kBuiltFor) continue;
    throw Error(Origin::usage,
                "is " + std::string(built_for) + ", this is " + VGGFLOW_VERSION +
                    "; build it again with the headers of this version",
                path.string());
  }
}

/// Never closed: the registry holds the plugin's stages.
void open_library(const fs::path& path) {
  if (::dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL) != nullptr) return;
  const char* reason = ::dlerror();
  throw Error(Origin::usage, std::string("cannot be loaded: ") + (reason ? reason : "no reason"),
              path.string());
}

}  // namespace

void load_plugin(const fs::path& given) {
  std::error_code failure;
  const fs::path path = fs::canonical(given, failure);
  if (failure || !fs::is_regular_file(path)) {
    throw Error(Origin::usage, "there is no such plugin; allowed: a shared library's file",
                given.string());
  }
  if (std::ranges::count(plugins(), path, &Plugin::path) > 0) return;
  const std::string bytes = bytes_of(path);
  check_version(bytes, given);

  StageRegistry& registry = StageRegistry::instance();
  const std::size_t before = registry.all().size();
  open_library(path);
  if (const auto refused = registry.take_refused(); !refused.empty()) {
    throw Error(Origin::usage, refused.front().message(), given.string());
  }
  if (registry.all().size() == before) {
    throw Error(Origin::usage, "registers no stage; a plugin ends with a StageRegistration",
                given.string());
  }
  Sha256 sha;
  sha.update(bytes);
  plugins().push_back({path, sha.hex()});
}

const std::vector<Plugin>& loaded_plugins() { return plugins(); }

}  // namespace vggflow
