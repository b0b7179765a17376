#include "stages/resample/profile.h"

#include <array>
#include <string>

#include "base/error.h"
#include "stages/resample/profiles.h"

namespace vggflow {
namespace {

const std::array<const Resampler*, 4>& profiles() {
  static const std::array<const Resampler*, 4> kProfiles{&opencv_area(), &opencv_linear(),
                                                         &pillow_bicubic(), &pillow_bilinear()};
  return kProfiles;
}

}  // namespace

std::vector<std::string_view> resampling_profile_names() {
  std::vector<std::string_view> names;
  for (const Resampler* profile : profiles()) names.push_back(profile->name());
  return names;
}

const Resampler& resampling_profile(std::string_view name) {
  for (const Resampler* profile : profiles()) {
    if (profile->name() == name) return *profile;
  }
  throw Error(Origin::spec, "unknown resampling profile '" + std::string(name) +
                                "'; allowed: " + joined(resampling_profile_names()));
}

}  // namespace vggflow
