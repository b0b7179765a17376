#include "pipeline/plugins.h"

#include <dlfcn.h>
#include <elf.h>
#include <link.h>

#include <algorithm>
#include <cstring>
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
    const std::string_view text = bytes.substr(at, 64);
    const std::string_view built_for = text.substr(0, text.find('\0'));
    if (built_for == kBuiltFor) continue;
    throw Error(Origin::usage,
                "is " + std::string(built_for) + ", this is " + VGGFLOW_VERSION +
                    "; build it again with the headers of this version",
                path.string());
  }
}

/// A file that was cut short would end the process inside dlopen(), which maps what is not there.
void check_length(std::string_view bytes, const fs::path& path) {
  const auto at = [&](std::uint64_t offset, auto& part) {
    if (bytes.size() < sizeof part || offset > bytes.size() - sizeof part) return false;
    std::memcpy(&part, bytes.data() + offset, sizeof part);
    return true;
  };
  const auto cut_short = [&] {
    return Error(Origin::usage,
                 "is cut short: its headers name more than the " + std::to_string(bytes.size()) +
                     " bytes it has",
                 path.string());
  };
  if (!bytes.starts_with(ELFMAG)) return;  // dlopen() says so
  ElfW(Ehdr) header{};
  if (!at(0, header)) throw cut_short();
  for (std::uint64_t n = 0; n < header.e_phnum; ++n) {
    ElfW(Phdr) segment{};
    if (!at(header.e_phoff + n * sizeof segment, segment)) throw cut_short();
    if (segment.p_offset > bytes.size() || segment.p_filesz > bytes.size() - segment.p_offset) {
      throw cut_short();
    }
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
  check_length(bytes, given);
  check_version(bytes, given);

  StageRegistry& registry = StageRegistry::instance();
  const auto before = registry.all();
  open_library(path);
  if (const auto refused = registry.take_refused(); !refused.empty()) {
    registry.withdraw_all_but(before);  // a plugin's stages are there all or none
    throw Error(Origin::usage, refused.front().message(), given.string());
  }
  if (registry.all().size() == before.size()) {
    throw Error(Origin::usage, "registers no stage; a plugin ends with a StageRegistration",
                given.string());
  }
  Sha256 sha;
  sha.update(bytes);
  plugins().push_back({path, sha.hex()});
}

const std::vector<Plugin>& loaded_plugins() { return plugins(); }

}  // namespace vggflow
