#include "nets/comm/load_module.h"

#include <dlfcn.h>

#include <filesystem>

#include "base/error.h"

namespace vggflow {
namespace {

namespace fs = std::filesystem;

fs::path folder_of_library() {
  Dl_info here{};
  ::dladdr(reinterpret_cast<const void*>(&function_of_module), &here);
  return fs::path(here.dli_fname).parent_path();
}

/// Never closed, as MPI can be started once in a process. Its own plugins look for its symbols.
void* open_library(const fs::path& path) {
  if (void* library = ::dlopen(path.c_str(), RTLD_NOW | RTLD_GLOBAL)) return library;
  const char* reason = ::dlerror();
  throw Error(Origin::system, std::string("cannot be loaded: ") + (reason ? reason : "no reason"),
              path.string());
}

}  // namespace

void* function_of_module(const char* library, const char* name) {
  const fs::path path = folder_of_library() / library;
  if (!fs::exists(path)) return nullptr;
  if (void* function = ::dlsym(open_library(path), name)) return function;
  throw Error(Origin::system, "is of another vggflow", path.string());
}

}  // namespace vggflow
