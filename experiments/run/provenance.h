#pragma once

#include <string>

#include "base/export.h"
#include "experiments/evaluation/results_file.h"
#include "experiments/spec/spec.h"
#include "nets/engine.h"

namespace vggflow {

/// "libsolarize.so 9f86d0...; ...": file names and SHA-256 of the plugins, in the order of loading.
[[nodiscard]] std::string plugins_text();

/// "2026-01-31T12:34:56Z"
[[nodiscard]] VGGFLOW_API std::string utc_now();
[[nodiscard]] VGGFLOW_API std::string version();

/// Where a number comes from: spec, seed, version, commit, device, libraries, started, ended (now),
/// and plugins (file names and SHA-256) where there are any.
[[nodiscard]] VGGFLOW_API Provenance provenance(const Spec& spec, const Engine& engine,
                                                const std::string& started);
/// Of what is made of results alone: version, commit, device, libraries, started, ended (now).
[[nodiscard]] VGGFLOW_API Provenance provenance(const std::string& started);

}  // namespace vggflow
