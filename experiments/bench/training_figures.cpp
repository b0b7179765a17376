#include <cmath>
#include <numeric>

#include "experiments/bench/figures.h"
#include "experiments/bench/training_bench.h"

namespace vggflow {
namespace {

using Json = nlohmann::ordered_json;

constexpr double kMega = 1e6;

std::uint64_t accounted_bytes(const TrainingBench& bench) {
  return std::accumulate(
      bench.memory.begin(), bench.memory.end(), std::uint64_t{0},
      [](std::uint64_t sum, const MemoryItem& item) { return sum + item.bytes; });
}

/// The size of a step over its time, in 10^9 a second.
double gflop_per_s(double gflop, double ms) { return ms > 0 ? 1e3 * gflop / ms : 0; }

std::string cell(const std::optional<double>& ms) {
  return ms ? formatted(" %9.3f", *ms) : "         -";
}

std::string text_of(const LayerFigures& layer) {
  std::string text = formatted("  %-12s", layer.layer.c_str());
  text += layer.gflop > 0 ? formatted(" %9.3f", layer.gflop) : "         -";
  text += cell(layer.forward_ms) + cell(layer.bare_forward_ms) + cell(layer.backward_ms) +
          cell(layer.bare_backward_ms);
  if (!layer.forward_ms || !layer.bare_forward_ms) return text + "\n";
  const double ms = *layer.forward_ms + *layer.backward_ms;
  const double bare_ms = *layer.bare_forward_ms + *layer.bare_backward_ms;
  return text + formatted(" %8.1f %7.3f\n", gflop_per_s(layer.gflop, ms), bare_ms / ms);
}

std::string text_of_layers(const TrainingBench& bench) {
  std::string text = formatted("  %-12s %9s %9s %9s %9s %9s %8s %7s\n", "a step, ms", "GFLOP",
                               "forward", "bare", "backward", "bare", "GFLOP/s", "of bare");
  for (const LayerFigures& layer : bench.layers) text += text_of(layer);
  return text;
}

std::string text_of_memory(const TrainingBench& bench) {
  const auto peak = static_cast<double>(bench.peak_rss_bytes);
  std::string text = formatted("peak memory %.1f MB; accounted for: ", peak / kMega);
  if (bench.memory.empty()) return text + "not kept by this engine\n";
  const auto accounted = static_cast<double>(accounted_bytes(bench));
  text += formatted("%.1f MB, the peak is %.3f of it\n", accounted / kMega, peak / accounted);
  for (const MemoryItem& item : bench.memory) {
    text +=
        formatted("  %-32s %9.1f MB\n", item.what.c_str(), static_cast<double>(item.bytes) / kMega);
  }
  return text;
}

Json json_of(const LayerFigures& layer) {
  return {{"layer", layer.layer},
          {"forward_ms", to_json(layer.forward_ms)},
          {"backward_ms", to_json(layer.backward_ms)},
          {"bare_forward_ms", to_json(layer.bare_forward_ms)},
          {"bare_backward_ms", to_json(layer.bare_backward_ms)},
          {"gflop", layer.gflop}};
}

}  // namespace

std::string to_text(const TrainingBench& bench) {
  std::string text = formatted("net %s, batches of %d", bench.net.c_str(), bench.batch);
  if (bench.accumulate > 1) text += formatted(" in %d parts", bench.accumulate);
  text += formatted(", %s px, %s; %d rounds of %d steps\n", to_string(bench.image).c_str(),
                    bench.engine.c_str(), bench.rounds, bench.steps);
  text += text_of_rate(bench.synthetic ? "on synthetic batches" : "fed by the pipeline",
                       bench.images_per_s, "images/s",
                       formatted(", %.1f ms a step, %.1f GFLOP/s", bench.step_ms.median,
                                 gflop_per_s(bench.gflop, bench.step_ms.median)));
  if (bench.synthetic_images_per_s) {
    text += text_of_rate("on synthetic batches", *bench.synthetic_images_per_s, "images/s");
  }
  if (bench.bare_images_per_s) {
    text += text_of_rate("bare primitives", *bench.bare_images_per_s, "images/s");
    text += text_of_ratio("share of the bare speed", *bench.ratio);
  }
  if (bench.ratio_to_synthetic) {
    text += text_of_ratio("share of the synthetic one", *bench.ratio_to_synthetic);
    text += formatted("%-26s %8.1f %%\n", "waiting for batches", 100 * bench.wait_share);
  }
  text += text_of_layers(bench) + text_of_memory(bench);
  text += text_of_failed(bench.failed);
  return text + formatted("loss of the last step: %.4f\n", bench.loss);
}

std::string to_json(const TrainingBench& bench) {
  Json json = {{"images_per_s", bench.images_per_s.median},
               {"bare_images_per_s", median_of(bench.bare_images_per_s)},
               {"ratio_to_bare", to_json(bench.ratio)},
               {"synthetic_images_per_s", median_of(bench.synthetic_images_per_s)},
               {"ratio_to_synthetic", to_json(bench.ratio_to_synthetic)},
               {"wait_share", bench.wait_share},
               {"step_ms", to_json(bench.step_ms)},
               {"images_per_s_rounds", to_json(bench.images_per_s)},
               {"bare_images_per_s_rounds", to_json(bench.bare_images_per_s)},
               {"gflop", bench.gflop},
               {"gflop_per_s", gflop_per_s(bench.gflop, bench.step_ms.median)},
               {"peak_rss_bytes", bench.peak_rss_bytes},
               {"accounted_bytes", bench.memory.empty() ? Json() : Json(accounted_bytes(bench))},
               {"memory", Json::array()},
               {"layers", Json::array()},
               {"net", bench.net},
               {"parameters", bench.parameters},
               {"engine", bench.engine},
               {"device", bench.device},
               {"threads", bench.threads},
               {"crop", bench.image.width},
               {"batch", bench.batch},
               {"accumulate", bench.accumulate},
               {"synthetic", bench.synthetic},
               {"rounds", bench.rounds},
               {"steps", bench.steps},
               {"loss", std::isfinite(bench.loss) ? Json(bench.loss) : Json()},
               {"failed", bench.failed.size()}};
  for (const MemoryItem& item : bench.memory) {
    json["memory"].push_back({{"what", item.what}, {"bytes", item.bytes}});
  }
  for (const LayerFigures& layer : bench.layers) json["layers"].push_back(json_of(layer));
  return json.dump(2) + "\n";
}

}  // namespace vggflow
