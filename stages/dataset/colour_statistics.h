#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "base/export.h"
#include "base/image.h"
#include "pipeline/dataset_pass.h"
#include "stages/dataset/principal_axes.h"

namespace vggflow {

/// Sums over pixels, in whole numbers: exact, so in any order the same. 2^64 / 255^2 pixels fit,
/// a thousand times ImageNet.
struct VGGFLOW_API ColourSums {
  std::uint64_t pixels = 0;
  std::array<std::uint64_t, 3> values{};    ///< of R, G, B, u8 levels
  std::array<std::uint64_t, 6> products{};  ///< of RR, RG, RB, GG, GB, BB

  void add(ConstImageView picture);
  ColourSums& operator+=(const ColourSums& other);
  /// R, G, B, u8 levels. `pixels` > 0.
  [[nodiscard]] std::array<double, 3> mean() const;
  /// (3, 3) of R, G, B in [0, 1], over all pixels (divided by their number). `pixels` > 0.
  [[nodiscard]] std::array<double, 9> covariance() const;
};

struct ColourStatisticsOptions {
  std::optional<std::uint64_t> images = {};  ///< a sample of so many, spread evenly over the ids
  std::optional<int> short_side = {};        ///< px; larger pictures are shrunk to it first
  const Resampler* profile = nullptr;        ///< how; wanted with short_side
};

struct ColourStatistics {
  std::uint64_t images = 0;  ///< measured
  ColourSums sums;
  std::vector<FailedSample> failed;  ///< left out
  bool stopped = false;              ///< not all images wanted were looked at

  /// Of the covariance of RGB in [0, 1].
  [[nodiscard]] PrincipalAxes axes() const { return principal_axes(sums.covariance()); }
};

/// Mean and principal axes of RGB over every pixel of the images, each pixel with the same weight:
/// as stored, large images count for more than small ones; with a short side, all nearly alike.
/// Error (data) if there is no image that can be decoded.
[[nodiscard]] VGGFLOW_API ColourStatistics measure_colours(const Dataset& dataset,
                                                           const ColourStatisticsOptions& what,
                                                           const PassOptions& options);

}  // namespace vggflow
