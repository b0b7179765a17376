#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/unique_handle.h"
#include "pipeline/dataset/index.h"

struct archive;
struct archive_entry;

namespace vggflow {

/// What an entry of a tar is; all but `plain` have no bytes of their own to read in place.
enum class TarKind : std::uint8_t { plain, folder, hard_link, symbolic_link, sparse, special };

/// Error (data) naming `place` and how to make a better tar, unless the kind is `plain`.
void refuse_unreadable(TarKind kind, const std::string& place);

struct TarArchiveTraits {
  using Handle = archive*;
  static Handle none() noexcept { return nullptr; }
  static void close(Handle handle) noexcept;
};

/// Goes through the headers of one uncompressed tar (ustar, GNU, pax), which may lie inside another
/// file. Reads the headers alone, a page or two each, by offset: any number of readers may share
/// one file descriptor. Hidden entries (`.x`, `.x/y`) are passed over.
class TarReader {
 public:
  /// The tar lies in `window` of `fd`; errors call it `place`. Error (data) if it is compressed or
  /// no tar.
  TarReader(int fd, ByteRange window, std::string place);
  TarReader(const TarReader&) = delete;
  TarReader& operator=(const TarReader&) = delete;

  /// The next entry; false at the end. Error (data) naming the place and the entry for a truncated
  /// or damaged tar and a path with '..', Error (system) if reading fails.
  [[nodiscard]] bool next();

  /// Of the entry, without `.` and empty parts; at least one part. Valid until the next `next`.
  [[nodiscard]] std::span<const std::string_view> path() const { return parts_; }
  [[nodiscard]] TarKind kind() const { return kind_; }
  /// Where its bytes lie, from the start of the file.
  [[nodiscard]] ByteRange range() const { return range_; }
  /// "PLACE: NAME", for messages.
  [[nodiscard]] std::string place() const { return place_ + ": " + name_; }

 private:
  static constexpr std::size_t kPage = 4096;
  struct Bytes {  // what libarchive reads from
    int fd;
    std::uint64_t begin, end, at;
    std::array<std::byte, kPage> page;
  };
  static std::ptrdiff_t read(archive* handle, void* bytes, const void** out);
  static std::int64_t skip(archive* handle, void* bytes, std::int64_t count);

  void refuse_compressed() const;
  void open();
  [[nodiscard]] bool read_header();
  void check_bounds();
  void check_end() const;
  [[nodiscard]] TarKind kind_of_entry() const;
  [[noreturn]] void damaged() const;
  [[noreturn]] void fail(const std::string& message) const;

  std::string place_;
  Bytes bytes_;
  UniqueHandle<TarArchiveTraits> archive_;
  archive_entry* entry_ = nullptr;  // libarchive's own, valid until the next header
  std::string name_;
  std::vector<std::string_view> parts_;  // of name_
  ByteRange range_;
  TarKind kind_ = TarKind::plain;
  std::uint64_t end_ = 0;  // of the last entry, padding included, bytes from the tar's start
};

}  // namespace vggflow
