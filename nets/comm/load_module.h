#pragma once

namespace vggflow {

/// The function `name` of a library that lies beside libvggflow.so, which is loaded for good: what
/// only few runs need, and what they need, is no part of the others. Null where there is no such
/// library. Error (system) where it cannot be loaded or is of another vggflow.
[[nodiscard]] void* function_of_module(const char* library, const char* name);

}  // namespace vggflow
