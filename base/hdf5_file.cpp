#include "base/hdf5_file.h"

#include <fcntl.h>
#include <hdf5.h>

#include "base/file_descriptor.h"
#include "base/hdf5_file_handles.h"
#include "base/hdf5_file_properties.h"

namespace vggflow {

using namespace hdf5;

namespace {

static_assert(std::is_same_v<hid_t, Hdf5FileTraits::Handle>);

constexpr std::size_t kGrowBytes = 1 << 20;

}  // namespace

std::string hdf5_version() {
  unsigned major = 0;
  unsigned minor = 0;
  unsigned release = 0;
  H5get_libversion(&major, &minor, &release);
  return "HDF5 " + std::to_string(major) + "." + std::to_string(minor) + "." +
         std::to_string(release);
}

void Hdf5FileTraits::close(Handle file) noexcept { H5Fclose(file); }

Hdf5File::Hdf5File(std::filesystem::path path, std::int64_t file, FileDescriptor output)
    : path_(std::move(path)), file_(file), output_(std::move(output)) {}

Hdf5File Hdf5File::create(const std::filesystem::path& path) {
  H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);  // errors are thrown, not printed
  FileDescriptor output(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644));
  if (!output) throw system_error("cannot create", path.string());
  const Plist creation = untimed(H5P_FILE_CREATE);
  const Plist access = file_access();
  // HDF5 1.10 crashes, at the latest at exit, when it cannot write the last bytes of a file: it
  // builds the file in memory and close() writes it.
  H5Pset_fapl_core(access.get(), kGrowBytes, false);
  const hid_t file = H5Fcreate(path.c_str(), H5F_ACC_TRUNC, creation.get(), access.get());
  if (file < 0) throw Error(Origin::system, "cannot create: " + reason(), path.string());
  return Hdf5File(path, file, std::move(output));
}

Hdf5File Hdf5File::open(const std::filesystem::path& path) {
  H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
  std::error_code ignored;
  if (!std::filesystem::exists(path, ignored)) {
    throw Error(Origin::data, "there is no such file", path.string());
  }
  const Plist access = file_access();
  const hid_t file = H5Fopen(path.c_str(), H5F_ACC_RDONLY, access.get());
  if (file >= 0) return Hdf5File(path, file, {});
  const std::string why = reason();
  if (H5Fis_hdf5(path.c_str()) == 0) {
    throw Error(Origin::data, "is not an HDF5 file", path.string());
  }
  throw Error(Origin::data, "cannot open, the file may be damaged: " + why, path.string());
}

void Hdf5File::close() {
  if (output_) {
    const Where where{Origin::system, path_.string()};
    check(H5Fflush(file_.get(), H5F_SCOPE_LOCAL), where, "finish");
    void* memory = nullptr;  // the core driver's handle is the address of its buffer's address
    check(H5Fget_vfd_handle(file_.get(), H5P_DEFAULT, &memory), where, "finish");
    const ssize_t bytes = H5Fget_file_image(file_.get(), nullptr, 0);
    if (bytes < 0) throw where.failed("finish");
    write_all(output_.get(), {*static_cast<const char**>(memory), static_cast<std::size_t>(bytes)},
              path_.string());
    output_.reset();
  }
  file_.reset();
}

bool Hdf5File::exists(const std::string& path) const {
  // H5Lexists wants every parent to be there.
  for (auto end = path.find('/', 1); end != std::string::npos; end = path.find('/', end + 1)) {
    if (H5Lexists(file_.get(), path.substr(0, end).c_str(), H5P_DEFAULT) <= 0) return false;
  }
  if (path != "/" && H5Lexists(file_.get(), path.c_str(), H5P_DEFAULT) <= 0) return false;
  return H5Oexists_by_name(file_.get(), path.c_str(), H5P_DEFAULT) > 0;
}

std::vector<std::string> Hdf5File::children(const std::string& group) const {
  std::vector<std::string> names;
  const auto add = [](hid_t, const char* name, const H5L_info_t*, void* to) -> herr_t {
    static_cast<std::vector<std::string>*>(to)->emplace_back(name);
    return 0;
  };
  check(H5Literate_by_name(file_.get(), group.c_str(), H5_INDEX_NAME, H5_ITER_INC, nullptr, add,
                           &names, H5P_DEFAULT),
        reading(path_, group), "list the group");
  return names;
}

void Hdf5File::make_group(const std::string& path) {
  if (exists(path)) return;
  static_cast<void>(owned<Group>(H5Gcreate2(file_.get(), path.c_str(), with_parents().get(),
                                            untimed(H5P_GROUP_CREATE).get(), H5P_DEFAULT),
                                 writing(path_, path), "make the group"));
}

void Hdf5File::link_external(const std::string& path, const std::string& file,
                             const std::string& target) {
  check(H5Lcreate_external(file.c_str(), target.c_str(), file_.get(), path.c_str(),
                           with_parents().get(), H5P_DEFAULT),
        writing(path_, path), "make the link");
}

Error Hdf5File::data_error(const std::string& path, const std::string& message) const {
  return Error(Origin::data, message, place(path_, path));
}

}  // namespace vggflow
