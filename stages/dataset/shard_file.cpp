#include "stages/dataset/shard_file.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <fstream>

#include "base/error.h"

namespace vggflow {

namespace fs = std::filesystem;

bool is_whole_shard(const fs::path& path) {
  constexpr std::uint64_t kBlock = 512;  // bytes
  std::error_code failure;
  const fs::file_status status = fs::status(path, failure);
  if (status.type() == fs::file_type::not_found) return false;
  if (failure) throw Error(Origin::system, "cannot be used: " + failure.message(), path.string());
  if (!fs::is_regular_file(status)) {
    throw Error(Origin::usage, "is no file; allowed: a shard, or nothing", path.string());
  }
  const std::uint64_t size = fs::file_size(path);
  if (size % kBlock != 0 || size < 2 * kBlock) return false;
  std::array<char, 2 * kBlock> end{};
  std::ifstream in(path, std::ios::binary);
  in.seekg(-static_cast<std::streamoff>(end.size()), std::ios::end);
  in.read(end.data(), end.size());
  if (!in) throw system_error("cannot read", path.string());
  return std::ranges::all_of(end, [](char byte) { return byte == 0; });
}

}  // namespace vggflow
