#include "experiments/run/provenance.h"

#include <chrono>
#include <ctime>

#include "base/hdf5_file.h"
#include "base/version.h"
#include "experiments/run/machine.h"
#include "pipeline/plugins.h"
#include "pipeline/tbb_version.h"
#include "stages/codec/jpeg_version.h"
#include "vggflow_version.h"

namespace vggflow {
namespace {

/// What can change a number besides the code.
std::string libraries(const Engine& engine) {
  return engine.description() + "; " + tbb_version() + "; " + jpeg_version() + "; " +
         hdf5_version() + "; " VGGFLOW_COMPILER;
}

}  // namespace

std::string plugins_text() {
  std::string text;
  for (const Plugin& plugin : loaded_plugins()) {
    text += (text.empty() ? "" : "; ") + plugin.path.filename().string() + " " + plugin.sha256;
  }
  return text;
}

std::string utc_now() {
  const std::time_t now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
  std::tm parts{};
  ::gmtime_r(&now, &parts);
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts);
  return text;
}

std::string version() { return VGGFLOW_VERSION; }

Provenance provenance(const Spec& spec, const Engine& engine, const std::string& started) {
  Provenance entries = {
      {"spec", to_yaml(spec.resolved)},
      {"seed", std::to_string(spec.seed)},
      {"version", version()},
      {"commit", VGGFLOW_COMMIT},
      {"device", processor() + ", " + std::to_string(hardware_threads()) + " threads"},
      {"libraries", libraries(engine)},
      {"started", started},
      {"ended", utc_now()}};
  if (!loaded_plugins().empty()) entries.emplace_back("plugins", plugins_text());
  return entries;
}

Provenance provenance(const std::string& started) {
  return {{"version", version()},
          {"commit", VGGFLOW_COMMIT},
          {"device", processor() + ", " + std::to_string(hardware_threads()) + " threads"},
          {"libraries", hdf5_version() + "; " VGGFLOW_COMPILER},
          {"started", started},
          {"ended", utc_now()}};
}

}  // namespace vggflow
