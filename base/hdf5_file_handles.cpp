#include "base/hdf5_file_handles.h"

namespace vggflow::hdf5 {

std::string reason() {
  std::string innermost;
  const auto keep_last = [](unsigned, const H5E_error2_t* error, void* text) -> herr_t {
    if (error->desc) *static_cast<std::string*>(text) = error->desc;
    return 0;
  };
  H5Ewalk2(H5E_DEFAULT, H5E_WALK_DOWNWARD, keep_last, &innermost);
  const std::string said = "error message = '";
  if (const auto start = innermost.find(said); start != std::string::npos) {
    const auto text = innermost.substr(start + said.size());
    return text.substr(0, text.find('\''));
  }
  return innermost.empty() ? "HDF5 gives no reason" : innermost;
}

Error Where::failed(const std::string& what) const {
  return Error(origin, "cannot " + what + ": " + reason(), place);
}

std::string place(const std::filesystem::path& file, const std::string& path) {
  return file.string() + ": " + path;
}

Where writing(const std::filesystem::path& file, const std::string& path) {
  return {Origin::system, place(file, path)};
}

Where reading(const std::filesystem::path& file, const std::string& path) {
  return {Origin::data, place(file, path)};
}

void check(herr_t status, const Where& where, const std::string& what) {
  if (status < 0) throw where.failed(what);
}

}  // namespace vggflow::hdf5
