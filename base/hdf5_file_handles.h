#pragma once

#include <hdf5.h>

#include <filesystem>
#include <string>

#include "base/error.h"
#include "base/unique_handle.h"

/// What the parts of Hdf5File share, and nobody else includes: owned handles and checked calls.
namespace vggflow::hdf5 {

template <herr_t (*Close)(hid_t)>
struct ClosedBy {
  using Handle = hid_t;
  static Handle none() noexcept { return H5I_INVALID_HID; }
  static void close(Handle handle) noexcept { Close(handle); }
};
using Plist = UniqueHandle<ClosedBy<H5Pclose>>;
using Space = UniqueHandle<ClosedBy<H5Sclose>>;
using Type = UniqueHandle<ClosedBy<H5Tclose>>;
using Dataset = UniqueHandle<ClosedBy<H5Dclose>>;
using Group = UniqueHandle<ClosedBy<H5Gclose>>;
using Object = UniqueHandle<ClosedBy<H5Oclose>>;
using Attribute = UniqueHandle<ClosedBy<H5Aclose>>;

/// HDF5's innermost reason; of a failed system call only what the system said. Any call into HDF5,
/// closing a handle too, forgets it: ask first.
[[nodiscard]] std::string reason();

/// Where an operation happens, and what kind of error its failure is.
struct Where {
  Origin origin;
  std::string place;
  [[nodiscard]] Error failed(const std::string& what) const;
};

/// The path inside of a file.
[[nodiscard]] std::string place(const std::filesystem::path& file, const std::string& path);
[[nodiscard]] Where writing(const std::filesystem::path& file, const std::string& path);
[[nodiscard]] Where reading(const std::filesystem::path& file, const std::string& path);

void check(herr_t status, const Where& where, const std::string& what);

template <class Handle>
[[nodiscard]] Handle owned(hid_t id, const Where& where, const std::string& what) {
  if (id < 0) throw where.failed(what);
  return Handle(id);
}

}  // namespace vggflow::hdf5
