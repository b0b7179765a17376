#include "experiments/bench/figures.h"
#include "experiments/bench/scoring_bench.h"

namespace vggflow {
namespace {

using Json = nlohmann::ordered_json;

constexpr double kMega = 1e6;

std::string text_of(const DenseShape& dense) {
  const std::string text = formatted("  %4d x %-11s %7d %9.1f %9.1f", dense.shape.slots,
                                     to_string(dense.shape.image).c_str(), dense.batches,
                                     dense.first_ms, dense.scored_ms);
  if (!dense.bare_ms) return text + "         -       -\n";
  return text + formatted(" %9.1f %7.3f\n", *dense.bare_ms, *dense.bare_ms / dense.scored_ms);
}

std::string text_of_shapes(const ScoringBench& bench) {
  std::string text = formatted("  %-18s %7s %9s %9s %9s %7s\n", "slots, px; ms", "batches", "first",
                               "then", "bare", "of bare");
  for (const DenseShape& shape : bench.shapes) text += text_of(shape);
  return text;
}

std::string text_of_scales(const ScoringBench& bench) {
  std::string text;
  for (const int scale : bench.scales) text += (text.empty() ? "" : ", ") + std::to_string(scale);
  return text;
}

std::string text_of_dense(const ScoringBench& bench) {
  std::string text = text_of_rate("dense", bench.dense_images_per_s, "images/s");
  if (bench.bare_images_per_s) {
    text += text_of_rate("bare primitives", *bench.bare_images_per_s, "images/s");
    text += text_of_ratio("share of the bare speed", *bench.dense_share_of_bare);
  }
  text += formatted("%-26s %8.2f images/s", "where shapes are new", bench.new_shapes_images_per_s);
  if (bench.new_shapes_share_of_bare) {
    text += formatted(", %.3f of the bare speed", *bench.new_shapes_share_of_bare);
  }
  text += "\n";
  return text + formatted("%-26s %8.1f %%\n", "waiting for batches", 100 * bench.dense_wait_share);
}

std::string text_of_crops(const ScoringBench& bench) {
  std::string text = text_of_rate("crops", bench.crops_per_s, "crops/s",
                                  formatted(", %.2f images/s", bench.crop_images_per_s.median));
  text += text_of_rate("plain forward passes", bench.plain_forward_per_s, "crops/s");
  text += text_of_ratio("cost of a crop in these", bench.crops_cost);
  return text + text_of_rate("dense and crops", bench.both_images_per_s, "images/s");
}

}  // namespace

std::string to_text(const ScoringBench& bench) {
  std::string text = formatted(
      "net %s, Q %s, %s; %d rounds of %llu images dense%s and %llu in %d crops, up to %d at once\n",
      bench.net.c_str(), text_of_scales(bench).c_str(), bench.engine.c_str(), bench.rounds,
      static_cast<unsigned long long>(bench.images), bench.synthetic ? ", synthetic," : "",
      static_cast<unsigned long long>(bench.crop_images), bench.crops, bench.batch);
  text += text_of_dense(bench) + text_of_crops(bench) + text_of_shapes(bench);
  text += formatted("peak memory %.1f MB\n", static_cast<double>(bench.peak_rss_bytes) / kMega);
  return text + text_of_failed(bench.failed);
}

std::string to_json(const ScoringBench& bench) {
  Json json = {{"dense_images_per_s", bench.dense_images_per_s.median},
               {"dense_share_of_bare", median_of(bench.dense_share_of_bare)},
               {"crops_per_s", bench.crops_per_s.median},
               {"plain_forward_per_s", bench.plain_forward_per_s.median},
               {"crops_cost", bench.crops_cost.median},
               {"both_images_per_s", bench.both_images_per_s.median},
               {"bare_images_per_s", median_of(bench.bare_images_per_s)},
               {"crop_images_per_s", bench.crop_images_per_s.median},
               {"new_shapes_images_per_s", bench.new_shapes_images_per_s},
               {"new_shapes_share_of_bare", to_json(bench.new_shapes_share_of_bare)},
               {"dense_wait_share", bench.dense_wait_share},
               {"dense_images_per_s_rounds", to_json(bench.dense_images_per_s)},
               {"dense_share_of_bare_rounds", to_json(bench.dense_share_of_bare)},
               {"bare_images_per_s_rounds", to_json(bench.bare_images_per_s)},
               {"crops_per_s_rounds", to_json(bench.crops_per_s)},
               {"plain_forward_per_s_rounds", to_json(bench.plain_forward_per_s)},
               {"crops_cost_rounds", to_json(bench.crops_cost)},
               {"both_images_per_s_rounds", to_json(bench.both_images_per_s)},
               {"peak_rss_bytes", bench.peak_rss_bytes},
               {"shapes", Json::array()},
               {"net", bench.net},
               {"parameters", bench.parameters},
               {"engine", bench.engine},
               {"device", bench.device},
               {"threads", bench.threads},
               {"crop", bench.crop.width},
               {"scales", bench.scales},
               {"batch", bench.batch},
               {"synthetic", bench.synthetic},
               {"images", bench.images},
               {"crop_images", bench.crop_images},
               {"crops", bench.crops},
               {"rounds", bench.rounds},
               {"failed", bench.failed.size()}};
  for (const DenseShape& dense : bench.shapes) {
    json["shapes"].push_back({{"slots", dense.shape.slots},
                              {"width", dense.shape.image.width},
                              {"height", dense.shape.image.height},
                              {"batches", dense.batches},
                              {"first_ms", dense.first_ms},
                              {"scored_ms", dense.scored_ms},
                              {"bare_ms", to_json(dense.bare_ms)}});
  }
  return json.dump(2) + "\n";
}

}  // namespace vggflow
