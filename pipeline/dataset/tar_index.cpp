#include "pipeline/dataset/tar_index.h"

#include <archive.h>
#include <archive_entry.h>
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/unique_handle.h"
#include "pipeline/dataset/file_bytes.h"
#include "pipeline/dataset/tar_tree.h"

namespace vggflow {
namespace {

constexpr std::uint64_t kBlock = 512;
// Reads at each header; larger ones would only fetch image data that the index skips.
constexpr std::size_t kReadBytes = 16 * kBlock;

struct ArchiveTraits {
  using Handle = archive*;
  static Handle none() noexcept { return nullptr; }
  static void close(Handle handle) noexcept { archive_read_free(handle); }
};
using Archive = UniqueHandle<ArchiveTraits>;

void refuse_compressed(int fd, std::uint64_t bytes, const std::string& place) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 5> kMagics{
      {{"\x1f\x8b", "gzip"},
       {"BZh", "bzip2"},
       {"\xfd"
        "7zXZ",
        "xz"},
       {"\x28\xb5\x2f\xfd", "zstd"},
       {"\x04\x22\x4d\x18", "lz4"}}};
  std::string start(std::min<std::uint64_t>(bytes, 8), '\0');
  read_at(fd, 0, std::as_writable_bytes(std::span(start)), place);
  for (const auto& [magic, name] : kMagics) {
    if (!start.starts_with(magic)) continue;
    throw Error(Origin::data,
                "is compressed with " + std::string(name) +
                    "; images are read by offset, so decompress the tar first",
                place);
  }
}

std::vector<std::string_view> components(std::string_view path) {
  std::vector<std::string_view> parts;
  while (!path.empty()) {
    const auto slash = path.find('/');
    const std::string_view part = path.substr(0, slash);
    if (!part.empty() && part != ".") parts.push_back(part);
    path.remove_prefix(slash == std::string_view::npos ? path.size() : slash + 1);
  }
  return parts;
}

bool is_hidden(std::string_view part) { return part.starts_with('.'); }

class TarIndexer {
 public:
  TarIndexer(int fd, const std::string& place)
      : fd_(fd), place_(place), bytes_(file_size(fd, place)), archive_(archive_read_new()) {
    if (!archive_) throw Error(Origin::system, "cannot start libarchive", place);
  }

  Index run() {
    refuse_compressed(fd_, bytes_, place_);
    open();
    while (next()) visit();
    check_end();
    return std::move(tree_).index(place_);
  }

 private:
  void open() {
    archive_read_support_format_tar(archive_.get());
    static_cast<void>(::posix_fadvise(fd_, 0, 0, POSIX_FADV_RANDOM));
    if (::lseek(fd_, 0, SEEK_SET) < 0) throw system_error("cannot seek", place_);
    if (archive_read_open_fd(archive_.get(), fd_, kReadBytes) != ARCHIVE_OK) damaged();
  }

  bool next() {
    const int status = archive_read_next_header(archive_.get(), &entry_);
    if (status == ARCHIVE_EOF) return false;
    // A warning is about a name that the locale cannot show; its bytes are what is wanted here.
    if (status != ARCHIVE_OK && status != ARCHIVE_WARN) damaged();
    const char* name = archive_entry_pathname(entry_);
    name_ = name ? name : "";
    range_.offset = static_cast<std::uint64_t>(archive_filter_bytes(archive_.get(), 0));
    // Of a sparse file the tar holds less than its size, and it is refused anyway.
    const bool sparse = archive_entry_sparse_count(entry_) > 0;
    range_.bytes = sparse ? 0 : static_cast<std::uint64_t>(archive_entry_size(entry_));
    if (range_.offset > bytes_ || range_.bytes > bytes_ - range_.offset) {
      fail("is truncated: its data end at byte " + std::to_string(range_.offset + range_.bytes) +
           " of a tar of " + std::to_string(bytes_) + " bytes");
    }
    end_ = (range_.offset + range_.bytes + kBlock - 1) / kBlock * kBlock;
    return true;
  }

  void visit() {
    const auto parts = components(name_);
    if (std::ranges::find(parts, "..") != parts.end()) {
      fail("leads out of the tar's own folder; allowed: paths without '..'");
    }
    if (parts.empty() || std::ranges::any_of(parts, is_hidden)) return;
    if (archive_entry_filetype(entry_) == AE_IFDIR) {
      tree_.add_folder(parts);
    } else {
      tree_.add_file(parts, range_, kind());
    }
  }

  [[nodiscard]] TarKind kind() const {
    if (archive_entry_hardlink(entry_)) return TarKind::hard_link;
    if (archive_entry_filetype(entry_) == AE_IFLNK) return TarKind::symbolic_link;
    if (archive_entry_filetype(entry_) != AE_IFREG) return TarKind::special;
    return archive_entry_sparse_count(entry_) > 0 ? TarKind::sparse : TarKind::plain;
  }

  /// libarchive takes a tar that stops between two entries for a whole one; the mark tells.
  void check_end() const {
    if (bytes_ >= end_ + kBlock) return;
    fail("is the last entry, but no end-of-archive mark follows it: the tar is truncated");
  }

  [[noreturn]] void damaged() const {
    const char* reason = archive_error_string(archive_.get());
    throw Error(Origin::data,
                "is no whole tar" + (name_.empty() ? "" : " after the entry " + name_) + ": " +
                    (reason ? reason : "unreadable"),
                place_);
  }

  [[noreturn]] void fail(const std::string& message) const {
    throw Error(Origin::data, message, place_ + ": " + name_);
  }

  int fd_;
  std::string place_;
  std::uint64_t bytes_;
  Archive archive_;
  archive_entry* entry_ = nullptr;  // libarchive's own, valid until the next header
  std::string name_;
  ByteRange range_;
  std::uint64_t end_ = 0;  // of the last entry, padding included, bytes
  TarTree tree_;
};

}  // namespace

Index index_tar(int fd, const std::string& place) { return TarIndexer(fd, place).run(); }

}  // namespace vggflow
