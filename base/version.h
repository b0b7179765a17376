#pragma once

/// The version of these headers, as CMakeLists.txt reads it here.
#define VGGFLOW_VERSION "0.1.0"

namespace vggflow {

/// What the headers leave in a plugin: load_plugin() looks for it before any code of the plugin
/// runs.
inline constexpr char kBuiltFor[] = "built for vggflow " VGGFLOW_VERSION;

}  // namespace vggflow
