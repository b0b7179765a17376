#include "pipeline/dataset/index_file.h"

#include <fcntl.h>

#include <algorithm>
#include <array>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

#include "base/atomic_file.h"
#include "base/error.h"
#include "base/file_descriptor.h"
#include "base/sha256.h"
#include "pipeline/dataset/file_bytes.h"

namespace vggflow {
namespace {

constexpr std::size_t kDigestBytes = 64;  // hexadecimal

struct Header {
  std::array<char, 16> magic{"vggflow index 1"};
  std::uint64_t byte_order = 0x0102030405060708;
  std::uint64_t key_bytes = 0;
  std::uint64_t classes_bytes = 0;  // each with a zero byte behind it
  std::uint64_t names_bytes = 0;
  std::uint64_t images = 0;
  bool operator==(const Header&) const = default;
};
static_assert(std::has_unique_object_representations_v<Header>);

template <class T>
std::string_view text_of(std::span<const T> values) {
  return {reinterpret_cast<const char*>(values.data()), values.size_bytes()};
}

std::string joined_classes(const std::vector<std::string>& classes) {
  std::string text;
  for (const std::string& name : classes) (text += name) += '\0';
  return text;
}

std::vector<std::string> split_classes(std::string_view text) {
  std::vector<std::string> classes;
  while (!text.empty()) {
    classes.emplace_back(text.substr(0, text.find('\0')));
    text.remove_prefix(std::min(classes.back().size() + 1, text.size()));
  }
  return classes;
}

}  // namespace

void IndexFile::save(const std::filesystem::path& path, std::string_view key, const Index& index) {
  static_assert(std::has_unique_object_representations_v<Index::Entry>);
  const std::string classes = joined_classes(index.classes_);
  Header header;
  header.key_bytes = key.size();
  header.classes_bytes = classes.size();
  header.names_bytes = index.names_.size();
  header.images = index.entries_.size();
  write_atomically(path, [&](const std::filesystem::path& temporary) {
    const FileDescriptor fd(
        ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644));
    if (!fd) throw system_error("cannot create", path.string());
    Sha256 sha;
    for (const std::string_view part :
         {text_of(std::span<const Header>(&header, 1)), key, std::string_view(classes),
          std::string_view(index.names_), text_of(std::span(index.entries_))}) {
      sha.update(part);
      write_all(fd.get(), part, path.string());
    }
    write_all(fd.get(), sha.hex(), path.string());
  });
}

/// Reads part after part; throws Error for what cannot be right.
class IndexFile::Reader {
 public:
  explicit Reader(const std::string& path)
      : path_(path), fd_(open_for_reading(path)), left_(file_size(fd_.get(), path)) {}

  Index run(std::string_view key) {
    Header header;
    read(std::as_writable_bytes(std::span(&header, 1)));
    const Header expected{.key_bytes = header.key_bytes,
                          .classes_bytes = header.classes_bytes,
                          .names_bytes = header.names_bytes,
                          .images = header.images};
    if (header != expected || header.key_bytes != key.size()) damaged();
    if (text(header.key_bytes) != key) damaged();
    Index index;
    index.classes_ = split_classes(text(header.classes_bytes));
    index.names_ = text(header.names_bytes);
    require(header.images, sizeof(Index::Entry));
    index.entries_.resize(header.images);
    read(std::as_writable_bytes(std::span(index.entries_)));
    const std::string digest = sha_.hex();
    if (left_ != kDigestBytes || text(kDigestBytes) != digest) damaged();
    check(index);
    return index;
  }

 private:
  /// No more memory than the file has bytes, whatever its header says.
  void require(std::uint64_t count, std::uint64_t bytes_each) const {
    if (count > left_ / bytes_each) damaged();
  }

  std::string text(std::uint64_t bytes) {
    require(bytes, 1);
    std::string text(bytes, '\0');
    read(std::as_writable_bytes(std::span(text)));
    return text;
  }

  void read(std::span<std::byte> out) {
    require(out.size(), 1);
    read_at(fd_.get(), at_, out, path_);
    sha_.update(out);
    at_ += out.size();
    left_ -= out.size();
  }

  /// The digest shows damage, not malice: what is used as an offset is looked at.
  void check(const Index& index) const {
    for (const Index::Entry& entry : index.entries_) {
      const bool named = entry.name_begin <= index.names_.size() &&
                         entry.name_bytes <= index.names_.size() - entry.name_begin;
      const bool labelled =
          entry.label >= 0 && static_cast<std::size_t>(entry.label) < index.classes_.size();
      if (!named || !labelled) damaged();
    }
  }

  [[noreturn]] void damaged() const { throw Error(Origin::data, "is damaged", path_); }

  std::string path_;
  FileDescriptor fd_;
  Sha256 sha_;
  std::uint64_t at_ = 0;
  std::uint64_t left_;  // bytes
};

std::optional<Index> IndexFile::load(const std::filesystem::path& path, std::string_view key) {
  try {
    return Reader(path.string()).run(key);
  } catch (const Error&) {
    return std::nullopt;
  }
}

}  // namespace vggflow
