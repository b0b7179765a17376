#include "stages/dataset/verify.h"

#include <utility>

#include "stages/dataset/whole_picture.h"

namespace vggflow {

VerifiedDataset verify_dataset(const Dataset& dataset, const PassOptions& options) {
  struct Nothing {};
  VerifiedDataset verified;
  verified.images = pass_over<Nothing>(
      dataset, all_ids(dataset), options,
      [](std::uint64_t, std::span<const std::byte> encoded) {
        static_cast<void>(decode_whole(encoded));
        return Nothing{};
      },
      [&](std::uint64_t, Nothing, std::optional<FailedSample> failure) {
        if (failure) verified.failed.push_back(std::move(*failure));
      });
  return verified;
}

}  // namespace vggflow
