#include "pipeline/dataset/tar_writer.h"

#include <archive.h>
#include <archive_entry.h>

#include <system_error>
#include <utility>

#include "base/error.h"
#include "base/unique_handle.h"

namespace vggflow {
namespace {

struct WriteTraits {
  using Handle = archive*;
  static Handle none() noexcept { return nullptr; }
  static void close(Handle handle) noexcept { archive_write_free(handle); }
};

struct EntryTraits {
  using Handle = archive_entry*;
  static Handle none() noexcept { return nullptr; }
  static void close(Handle handle) noexcept { archive_entry_free(handle); }
};

}  // namespace

struct TarWriter::Archive {
  UniqueHandle<WriteTraits> handle{archive_write_new()};
  UniqueHandle<EntryTraits> entry{archive_entry_new()};
  std::string place;

  void check(long status) const {
    if (status >= ARCHIVE_OK) return;
    const char* what = archive_error_string(handle.get());
    const int code = archive_errno(handle.get());  // negative: none of the system's
    throw Error(Origin::system,
                std::string("cannot write: ") + (what ? what : "unknown") +
                    (code > 0 ? ": " + std::generic_category().message(code) : ""),
                place);
  }
};

TarWriter::TarWriter(const std::filesystem::path& path, std::string place)
    : archive_(std::make_unique<Archive>()) {
  archive_->place = std::move(place);
  if (!archive_->handle || !archive_->entry) {
    throw Error(Origin::system, "cannot start libarchive", archive_->place);
  }
  archive* handle = archive_->handle.get();
  // Not pax: it wants names in a character set, and a file's name is bytes.
  archive_->check(archive_write_set_format_gnutar(handle));
  archive_->check(archive_write_open_filename(handle, path.c_str()));
}

TarWriter::~TarWriter() = default;

void TarWriter::add(const std::string& name, std::span<const std::byte> content) {
  archive* handle = archive_->handle.get();
  archive_entry* entry = archive_entry_clear(archive_->entry.get());
  archive_entry_set_pathname(entry, name.c_str());
  archive_entry_set_filetype(entry, AE_IFREG);
  archive_entry_set_perm(entry, 0644);
  archive_entry_set_size(entry, static_cast<la_int64_t>(content.size()));
  archive_entry_set_mtime(entry, 0, 0);
  archive_->check(archive_write_header(handle, entry));
  archive_->check(archive_write_data(handle, content.data(), content.size()));
}

void TarWriter::close() { archive_->check(archive_write_close(archive_->handle.get())); }

}  // namespace vggflow
