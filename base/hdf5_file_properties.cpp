#include "base/hdf5_file_properties.h"

namespace vggflow::hdf5 {

Plist file_access() {
  Plist access(H5Pcreate(H5P_FILE_ACCESS));
  H5Pset_libver_bounds(access.get(), H5F_LIBVER_EARLIEST, H5F_LIBVER_LATEST);
  H5Pset_fclose_degree(access.get(), H5F_CLOSE_STRONG);
  // Files appear by renaming, so nobody sees a half-written one; locks only fail on network disks.
  H5Pset_file_locking(access.get(), false, true);
  return access;
}

Plist with_parents() {
  Plist links(H5Pcreate(H5P_LINK_CREATE));
  H5Pset_create_intermediate_group(links.get(), 1);
  H5Pset_char_encoding(links.get(), H5T_CSET_UTF8);
  return links;
}

Plist untimed(hid_t property_class) {
  Plist plist(H5Pcreate(property_class));
  H5Pset_obj_track_times(plist.get(), false);
  return plist;
}

}  // namespace vggflow::hdf5
