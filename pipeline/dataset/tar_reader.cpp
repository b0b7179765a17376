#include "pipeline/dataset/tar_reader.h"

#include <archive.h>
#include <archive_entry.h>
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "base/error.h"
#include "pipeline/dataset/file_bytes.h"

namespace vggflow {
namespace {

constexpr std::uint64_t kBlock = 512;

void split(std::string_view path, std::vector<std::string_view>& parts) {
  parts.clear();
  while (!path.empty()) {
    const auto slash = path.find('/');
    const std::string_view part = path.substr(0, slash);
    if (!part.empty() && part != ".") parts.push_back(part);
    path.remove_prefix(slash == std::string_view::npos ? path.size() : slash + 1);
  }
}

bool is_hidden(std::string_view part) { return part.starts_with('.'); }

}  // namespace

void refuse_unreadable(TarKind kind, const std::string& place) {
  switch (kind) {
    case TarKind::plain:
      return;
    case TarKind::folder:
      throw Error(Origin::data, "is a folder; allowed: a file", place);
    case TarKind::hard_link:
      throw Error(Origin::data, "is a hard link; make the tar with --hard-dereference", place);
    case TarKind::symbolic_link:
      throw Error(Origin::data, "is a symbolic link; make the tar with --dereference", place);
    case TarKind::sparse:
      throw Error(Origin::data, "is stored as a sparse file; make the tar without --sparse", place);
    case TarKind::special:
      throw Error(Origin::data, "is not a regular file", place);
  }
}

void TarArchiveTraits::close(Handle handle) noexcept { archive_read_free(handle); }

TarReader::TarReader(int fd, ByteRange window, std::string place)
    : place_(std::move(place)),
      bytes_{fd, window.offset, window.offset + window.bytes, window.offset, {}},
      archive_(archive_read_new()) {
  if (!archive_) throw Error(Origin::system, "cannot start libarchive", place_);
  refuse_compressed();
  open();
}

/// Up to the end of the page: more would only fetch image data that the headers' reader skips, and
/// less would not spare the disk anything.
std::ptrdiff_t TarReader::read(archive* handle, void* bytes, const void** out) {
  Bytes& from = *static_cast<Bytes*>(bytes);
  const std::uint64_t count = std::min(kPage - from.at % kPage, from.end - from.at);
  *out = from.page.data();
  while (true) {
    const ssize_t got = ::pread(from.fd, from.page.data(), count, static_cast<off_t>(from.at));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) {
      archive_set_error(handle, errno, "cannot read");
      return ARCHIVE_FATAL;
    }
    from.at += static_cast<std::uint64_t>(got);
    return got;
  }
}

std::int64_t TarReader::skip(archive*, void* bytes, std::int64_t count) {
  Bytes& from = *static_cast<Bytes*>(bytes);
  const auto skipped = std::min(static_cast<std::uint64_t>(count), from.end - from.at);
  from.at += skipped;
  return static_cast<std::int64_t>(skipped);
}

void TarReader::refuse_compressed() const {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 5> kMagics{
      {{"\x1f\x8b", "gzip"},
       {"BZh", "bzip2"},
       {"\xfd"
        "7zXZ",
        "xz"},
       {"\x28\xb5\x2f\xfd", "zstd"},
       {"\x04\x22\x4d\x18", "lz4"}}};
  std::string start(std::min<std::uint64_t>(bytes_.end - bytes_.begin, 8), '\0');
  read_at(bytes_.fd, bytes_.begin, std::as_writable_bytes(std::span(start)), place_);
  for (const auto& [magic, name] : kMagics) {
    if (!start.starts_with(magic)) continue;
    throw Error(Origin::data,
                "is compressed with " + std::string(name) +
                    "; images are read by offset, so decompress the tar first",
                place_);
  }
}

void TarReader::open() {
  archive_read_support_format_tar(archive_.get());
  static_cast<void>(::posix_fadvise(bytes_.fd, static_cast<off_t>(bytes_.begin),
                                    static_cast<off_t>(bytes_.end - bytes_.begin),
                                    POSIX_FADV_RANDOM));
  if (archive_read_open2(archive_.get(), &bytes_, nullptr, read, skip, nullptr) != ARCHIVE_OK) {
    damaged();
  }
}

bool TarReader::next() {
  while (read_header()) {
    split(name_, parts_);
    if (std::ranges::find(parts_, "..") != parts_.end()) {
      fail("leads out of the tar's own folder; allowed: paths without '..'");
    }
    if (!parts_.empty() && std::ranges::none_of(parts_, is_hidden)) return true;
  }
  check_end();
  return false;
}

bool TarReader::read_header() {
  const int status = archive_read_next_header(archive_.get(), &entry_);
  if (status == ARCHIVE_EOF) return false;
  // A warning is about a name that the locale cannot show; its bytes are what is wanted here.
  if (status != ARCHIVE_OK && status != ARCHIVE_WARN) damaged();
  const char* name = archive_entry_pathname(entry_);
  name_ = name ? name : "";
  kind_ = kind_of_entry();
  check_bounds();
  return true;
}

void TarReader::check_bounds() {
  const std::uint64_t whole = bytes_.end - bytes_.begin;
  const auto offset = static_cast<std::uint64_t>(archive_filter_bytes(archive_.get(), 0));
  // Of a sparse file the tar holds less than its size, and it is refused anyway.
  const bool sparse = archive_entry_sparse_count(entry_) > 0;
  range_.bytes = sparse ? 0 : static_cast<std::uint64_t>(archive_entry_size(entry_));
  if (offset > whole || range_.bytes > whole - offset) {
    fail("is truncated: its data end at byte " + std::to_string(offset + range_.bytes) +
         " of a tar of " + std::to_string(whole) + " bytes");
  }
  range_.offset = bytes_.begin + offset;
  end_ = (offset + range_.bytes + kBlock - 1) / kBlock * kBlock;
}

TarKind TarReader::kind_of_entry() const {
  if (archive_entry_filetype(entry_) == AE_IFDIR) return TarKind::folder;
  if (archive_entry_hardlink(entry_)) return TarKind::hard_link;
  if (archive_entry_filetype(entry_) == AE_IFLNK) return TarKind::symbolic_link;
  if (archive_entry_filetype(entry_) != AE_IFREG) return TarKind::special;
  return archive_entry_sparse_count(entry_) > 0 ? TarKind::sparse : TarKind::plain;
}

/// libarchive takes a tar that stops between two entries for a whole one; the mark tells.
void TarReader::check_end() const {
  if (bytes_.end - bytes_.begin >= end_ + kBlock) return;
  fail("is the last entry, but no end-of-archive mark follows it: the tar is truncated");
}

void TarReader::damaged() const {
  const char* reason = archive_error_string(archive_.get());
  throw Error(Origin::data,
              "is no whole tar" + (name_.empty() ? "" : " after the entry " + name_) + ": " +
                  (reason ? reason : "unreadable"),
              place_);
}

void TarReader::fail(const std::string& message) const {
  throw Error(Origin::data, message, place());
}

}  // namespace vggflow
