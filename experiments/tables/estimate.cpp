#include "experiments/tables/estimate.h"

#include <array>
#include <cmath>
#include <cstdio>

namespace vggflow {
namespace {

/// Of the last `keep`, weights and momenta each.
std::uint64_t training_bytes(const Spec& spec) {
  const auto weights = static_cast<std::uint64_t>(parameter_count(spec.net)) * sizeof(float);
  return weights + static_cast<std::uint64_t>(spec.train->checkpoint.keep) * 2 * weights;
}

/// Keeping views stores one row for each of them besides.
std::uint64_t evaluation_bytes(const Spec& spec, const EvaluationSpec& evaluation,
                               std::uint64_t images) {
  const std::uint64_t rows =
      1 + (evaluation.keep_views ? evaluation.all_views(spec.net.input.width).size() : 0);
  return rows * scores_bytes(spec, images);
}

double training_s(const Spec& spec, std::uint64_t iterations, Speeds& speeds) {
  return static_cast<double>(iterations) * speeds.iteration_s(spec);
}

std::string text(const char* format, auto... values) {
  std::array<char, 64> buffer{};
  std::snprintf(buffer.data(), buffer.size(), format, values...);
  return buffer.data();
}

}  // namespace

std::uint64_t scores_bytes(const Spec& spec, std::uint64_t images) {
  return images * static_cast<std::uint64_t>(classes(spec.net)) * sizeof(float);
}

Estimate estimate(const Spec& spec, const RemainingWork& work, Speeds& speeds) {
  Estimate estimate{.whole = work.problems.empty()};
  if (work.iterations > 0) {
    estimate.time_s += training_s(spec, work.iterations, speeds);
    estimate.disk_bytes += training_bytes(spec);
  }
  for (const std::string& name : work.evaluations) {
    if (!work.images) continue;
    const EvaluationSpec& evaluation = spec.evaluation(name);
    estimate.disk_bytes += evaluation_bytes(spec, evaluation, *work.images);
    if (evaluation.combine.empty()) {
      estimate.time_s += static_cast<double>(*work.images) * speeds.image_s(spec, evaluation);
    }
  }
  return estimate;
}

std::string duration_text(double seconds) {
  const auto whole = [](double value) { return static_cast<long>(std::lround(value)); };
  if (seconds < 90) return text("%ld s", whole(seconds));
  const double minutes = seconds / 60;
  if (minutes < 90) return text("%ld min", whole(minutes));
  const long all = whole(minutes);
  if (minutes < 48 * 60) return text("%ld h %02ld min", all / 60, all % 60);
  return text("%ld days", whole(minutes / (24 * 60)));
}

std::string bytes_text(std::uint64_t bytes) {
  static constexpr std::array kUnits{"kB", "MB", "GB", "TB"};
  double value = static_cast<double>(bytes) / 1000;
  std::size_t unit = 0;
  for (; value >= 999.5 && unit + 1 < kUnits.size(); ++unit) value /= 1000;
  return text(value < 9.95 ? "%.1f %s" : "%.0f %s", value, kUnits[unit]);
}

}  // namespace vggflow
