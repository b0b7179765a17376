#include "pipeline/dataset/mat_elements.h"

#include <zlib.h>

#include <algorithm>
#include <new>

#include "base/error.h"

namespace vggflow {
namespace {

constexpr std::size_t kTagBytes = 8;
constexpr std::size_t kChunk = 64 << 10;

class Inflation {
 public:
  explicit Inflation(std::span<const std::byte> bytes) {
    // zlib's interface takes the address of what it only reads without a const.
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<std::byte*>(bytes.data()));
    stream_.avail_in = static_cast<uInt>(bytes.size());
    if (::inflateInit(&stream_) != Z_OK) throw std::bad_alloc();
  }
  ~Inflation() { ::inflateEnd(&stream_); }
  Inflation(const Inflation&) = delete;
  Inflation& operator=(const Inflation&) = delete;

  /// Appends up to a chunk; says how it went with a code of zlib.
  int append_to(std::vector<std::byte>& out) {
    const std::size_t before = out.size();
    out.resize(before + kChunk);
    stream_.next_out = reinterpret_cast<Bytef*>(out.data() + before);
    stream_.avail_out = kChunk;
    const int code = ::inflate(&stream_, Z_NO_FLUSH);
    out.resize(out.size() - stream_.avail_out);
    return code;
  }

 private:
  z_stream stream_{};
};

}  // namespace

std::uint32_t mat_number(std::span<const std::byte> bytes, std::size_t at) {
  std::uint32_t number = 0;
  for (std::size_t i = 4; i-- > 0;) {
    number = number << 8 | std::to_integer<std::uint32_t>(bytes[at + i]);
  }
  return number;
}

MatElement MatElements::next() {
  if (left_.size() < kTagBytes) throw Error(Origin::data, "is damaged: it ends too early", place_);
  const std::uint32_t first = mat_number(left_, 0);
  const bool within_tag = first >> 16 != 0;
  const std::size_t length = within_tag ? first >> 16 : mat_number(left_, 4);
  const std::size_t start = within_tag ? 4 : kTagBytes;
  const std::size_t room = (within_tag ? kTagBytes : left_.size()) - start;
  if (length > room) {
    throw Error(Origin::data,
                "is damaged: an element claims " + std::to_string(length) + " bytes of " +
                    std::to_string(room),
                place_);
  }
  const MatElement element{MatType{first & 0xffff}, within_tag, left_.subspan(start, length)};
  // All but what is compressed is padded. At the end of a file that may be missing.
  std::size_t taken = start + length;
  if (element.type != MatType::compressed) taken = (taken + kTagBytes - 1) / kTagBytes * kTagBytes;
  left_ = left_.subspan(std::min(taken, left_.size()));
  return element;
}

std::vector<std::byte> inflated(std::span<const std::byte> bytes, std::size_t most,
                                const std::string& place) {
  Inflation inflation(bytes);
  std::vector<std::byte> out;
  int code = Z_OK;
  while (code == Z_OK && out.size() <= most) code = inflation.append_to(out);
  if (code == Z_MEM_ERROR) throw std::bad_alloc();
  if (out.size() > most) {
    throw Error(Origin::data, "inflates to more than " + std::to_string(most) + " bytes", place);
  }
  if (code != Z_STREAM_END) {
    throw Error(Origin::data, "is damaged: a compressed variable cannot be inflated", place);
  }
  return out;
}

}  // namespace vggflow
