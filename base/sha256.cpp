#include "base/sha256.h"

#include <openssl/evp.h>

#include <array>

#include "base/error.h"
#include "base/unique_handle.h"

namespace vggflow {
namespace {

struct EvpTraits {
  using Handle = EVP_MD_CTX*;
  static Handle none() noexcept { return nullptr; }
  static void close(Handle handle) noexcept { EVP_MD_CTX_free(handle); }
};

void check(int status) {
  if (status != 1) throw Error(Origin::system, "OpenSSL cannot compute SHA-256");
}

}  // namespace

struct Sha256::Context {
  UniqueHandle<EvpTraits> evp{EVP_MD_CTX_new()};
};

Sha256::Sha256() : context_(std::make_unique<Context>()) {
  check(EVP_DigestInit_ex(context_->evp.get(), EVP_sha256(), nullptr));
}

Sha256::~Sha256() = default;

void Sha256::update(std::span<const std::byte> bytes) {
  check(EVP_DigestUpdate(context_->evp.get(), bytes.data(), bytes.size()));
}

void Sha256::update(std::string_view text) { update(std::as_bytes(std::span(text))); }

std::string Sha256::hex() {
  std::array<unsigned char, 32> sum{};
  check(EVP_DigestFinal_ex(context_->evp.get(), sum.data(), nullptr));
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  for (const unsigned char byte : sum) {
    text += kDigits[byte >> 4];
    text += kDigits[byte & 15];
  }
  return text;
}

}  // namespace vggflow
