#include "base/base64.h"

#include <openssl/evp.h>

#include <algorithm>

namespace vggflow {

std::string base64(std::span<const std::byte> bytes) {
  constexpr std::size_t kEach = std::size_t{3} << 24;      // OpenSSL counts in int
  std::string text((bytes.size() + 2) / 3 * 4 + 1, '\0');  // it ends what it writes with a zero
  std::size_t written = 0;
  while (!bytes.empty()) {
    const auto part = bytes.first(std::min(bytes.size(), kEach));
    written += static_cast<std::size_t>(EVP_EncodeBlock(
        reinterpret_cast<unsigned char*>(text.data()) + written,
        reinterpret_cast<const unsigned char*>(part.data()), static_cast<int>(part.size())));
    bytes = bytes.subspan(part.size());
  }
  text.resize(written);
  return text;
}

}  // namespace vggflow
