#pragma once

#include "base/hdf5_file_handles.h"

/// The property lists with which Hdf5File makes and opens things.
namespace vggflow::hdf5 {

/// Of a file that readers since 1.8 understand.
[[nodiscard]] Plist file_access();

/// Of links: missing parent groups are made.
[[nodiscard]] Plist with_parents();

/// Of objects of `property_class` without time stamps, which would make two equal runs leave
/// different bytes.
[[nodiscard]] Plist untimed(hid_t property_class);

}  // namespace vggflow::hdf5
