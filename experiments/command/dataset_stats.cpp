#include <algorithm>
#include <cstdio>
#include <span>

#include "base/error.h"
#include "base/log.h"
#include "experiments/command/dataset_flags.h"
#include "stages/dataset/colour_statistics.h"
#include "stages/resample/profile.h"

namespace vggflow {
namespace {

struct Arguments {
  DatasetFlags flags;
  std::uint64_t images = 0;
  int short_side = 0;
  std::string profile = "pillow-bilinear";
};

ColourStatisticsOptions what_to_measure(const Arguments& arguments) {
  ColourStatisticsOptions what;
  if (arguments.images > 0) what.images = arguments.images;
  if (arguments.short_side > 0) what.short_side = arguments.short_side;
  what.profile = &resampling_profile(arguments.profile);
  return what;
}

/// "[1.5, 2.25]"; no "-0".
std::string list_of(std::span<const double> numbers, int decimals) {
  std::string text;
  for (const double number : numbers) {
    char digits[64];
    std::snprintf(digits, sizeof digits, "%.*f", decimals, number);
    const std::string written = digits;
    const bool zero = written.find_first_not_of("-0.") == std::string::npos;
    text += (text.empty() ? "" : ", ") + (zero ? written.substr(written[0] == '-') : written);
  }
  return "[" + text + "]";
}

/// Two stages of a `pipeline:`.
std::string to_yaml(const ColourStatistics& measured, const std::string& of) {
  constexpr double kLevels = 255;  // what colour_shift calls an eigenvalue: see stages/colour_shift
  PrincipalAxes axes = measured.axes();
  for (double& value : axes.values) value = std::max(0.0, kLevels * value);
  return "# " + std::to_string(measured.images) + " images, " +
         std::to_string(measured.sums.pixels) + " pixels, " + of + "\n" +
         "- colour_shift: {sigma: 0.1, eigenvalues: " + list_of(axes.values, 4) +
         ",\n    eigenvectors: " + list_of(axes.vectors, 4) + "}\n" +
         "- subtract_mean: {rgb: " + list_of(measured.sums.mean(), 3) + "}\n";
}

void stats(const Arguments& arguments) {
  const ColourStatisticsOptions what = what_to_measure(arguments);
  const auto dataset = arguments.flags.open();
  ColourStatistics measured;
  {
    DatasetPass pass(arguments.flags, "measuring");
    measured = measure_colours(*dataset, what, pass.options());
  }
  if (measured.stopped) {
    throw Error(Origin::stopped,
                "stopped by a signal after " + std::to_string(measured.images) + " images",
                dataset->description());
  }
  for (const FailedSample& image : measured.failed) {
    log_warning("left out: " + image.name + ": " + image.reason);
  }
  const std::string size = what.short_side
                               ? "shrunk to a short side of " + std::to_string(*what.short_side) +
                                     " px (" + arguments.profile + ")"
                               : "as stored";
  std::fputs(to_yaml(measured, size + ", of " + dataset->description()).c_str(), stdout);
}

}  // namespace

void add_dataset_stats(CLI::App& dataset) {
  const auto arguments = std::make_shared<Arguments>();
  CLI::App& command = *dataset.add_subcommand(
      "stats", "print mean and principal components of RGB as stages to paste into a spec");
  arguments->flags.add_to(command);
  command.add_option("--images", arguments->images, "a sample of so many, evenly spread")
      ->check(CLI::Range(std::uint64_t{1}, std::uint64_t{1} << 32));
  add_shrinking(command, arguments->short_side,
                "shrink larger pictures first (default: every pixel as stored)",
                arguments->profile);
  command.callback([arguments] { stats(*arguments); });
}

}  // namespace vggflow
