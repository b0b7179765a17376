#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "base/export.h"

namespace vggflow {

/// FNV-1a, 64 bit: the string hash that keys random streams, the same on every platform.
[[nodiscard]] constexpr std::uint64_t fnv1a64(std::string_view text) {
  std::uint64_t hash = 0xcbf29ce484222325ULL;
  for (const char c : text) {
    hash ^= static_cast<unsigned char>(c);
    hash *= 0x100000001b3ULL;
  }
  return hash;
}

using PhiloxCounter = std::array<std::uint32_t, 4>;
using PhiloxKey = std::array<std::uint32_t, 2>;

/// Philox 4x32-10 (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011).
[[nodiscard]] constexpr PhiloxCounter philox(PhiloxCounter counter, PhiloxKey key) {
  for (int round = 0; round < 10; ++round) {
    const std::uint64_t p0 = std::uint64_t{0xD2511F53U} * counter[0];
    const std::uint64_t p1 = std::uint64_t{0xCD9E8D57U} * counter[2];
    counter = {
        static_cast<std::uint32_t>(p1 >> 32) ^ counter[1] ^ key[0], static_cast<std::uint32_t>(p1),
        static_cast<std::uint32_t>(p0 >> 32) ^ counter[3] ^ key[1], static_cast<std::uint32_t>(p0)};
    key[0] += 0x9E3779B9U;
    key[1] += 0xBB67AE85U;
  }
  return counter;
}

/// The key of a named stream of a seed.
[[nodiscard]] VGGFLOW_API PhiloxKey stream_key(std::uint64_t seed, std::string_view stream);

/// Counter-based random numbers: a function of (seed, stream, epoch, item) and of how many numbers
/// were drawn before; nothing else. Copies go on independently from the same place.
class VGGFLOW_API Rng {
 public:
  /// `stream` names who draws ("random_crop#0"), `item` what for (an image id, an iteration).
  Rng(std::uint64_t seed, std::string_view stream, std::uint32_t epoch, std::uint64_t item)
      : Rng(stream_key(seed, stream), epoch, item) {}
  Rng(PhiloxKey key, std::uint32_t epoch, std::uint64_t item);

  [[nodiscard]] std::uint32_t bits();
  /// Uniform in [0, 1), 53 bits.
  [[nodiscard]] double uniform();
  /// Uniform in 0 ... n-1, without bias (Lemire 2019); n >= 1.
  [[nodiscard]] std::uint32_t below(std::uint32_t n);
  /// Uniform in lo ... hi, both included; 0 <= hi - lo < 2^32 - 1.
  [[nodiscard]] std::int64_t between(std::int64_t lo, std::int64_t hi);
  /// Standard normal, by inversion (Wichura, AS 241, PPND16).
  [[nodiscard]] double normal();

 private:
  PhiloxKey key_;
  PhiloxCounter counter_;
  PhiloxCounter block_{};
  int used_ = 4;
};

}  // namespace vggflow
