#include "experiments/bench/figures.h"
#include "experiments/bench/pipeline_bench.h"
#include "experiments/run/flow_figures.h"

namespace vggflow {
namespace {

using Json = nlohmann::ordered_json;

std::string to_text(const FailedSample& failed) { return failed.name + ": " + failed.reason; }

std::string text_of(const BaselineFigures& baseline) {
  return formatted("%-32s %7.0f images/s on one core; a worker makes %.2f of it (%.2f to %.2f)\n",
                   baseline.name.c_str(), baseline.images_per_s.median, baseline.ratio.median,
                   baseline.ratio.least, baseline.ratio.most);
}

std::string text_of(const PeerFigures& peer) {
  if (!peer.skipped.empty()) {
    return formatted("%-32s %s\n", peer.name.c_str(), ("not timed: " + peer.skipped).c_str());
  }
  return formatted("%-32s %7.0f images/s, %.0f by processor time (%s)\n", peer.name.c_str(),
                   peer.images_per_s, peer.images_per_cpu_s, peer.versions.c_str());
}

std::string text_of(const FlowStatistics& flow) {
  std::string text = formatted("consumer waited %.2f s, no free slot %.2f s of %.2f s\n",
                               flow.starved_s, flow.no_free_slot_s, flow.elapsed_s);
  const double worker_s = flow.elapsed_s * flow.workers;
  for (const NodeStatistics& node : flow.nodes) {
    const double each_us =
        node.samples > 0 ? 1e6 * node.busy_s / static_cast<double>(node.samples) : 0;
    text += formatted("  %-20s %9llu times  %8.1f us each  busy %5.1f %%\n", node.name.c_str(),
                      static_cast<unsigned long long>(node.samples), each_us,
                      100 * node.busy_s / worker_s);
  }
  return text;
}

Json to_json(const PeerFigures& peer) {
  if (!peer.skipped.empty()) return {{"name", peer.name}, {"skipped", peer.skipped}};
  return {{"name", peer.name},
          {"note", peer.note},
          {"versions", peer.versions},
          {"images_per_s", peer.images_per_s},
          {"images_per_cpu_s", peer.images_per_cpu_s}};
}

/// Null where there is no figure, so that a reader meets the key and not an exception.
void put(Json& json, const std::string& key, const std::optional<BaselineFigures>& baseline) {
  json[key] = baseline ? Json(baseline->images_per_s.median) : Json();
  json["ratio_to_" + key] = baseline ? to_json(baseline->ratio) : Json();
}

}  // namespace

std::string to_text(const PipelineBench& bench) {
  std::string text = formatted(
      "%llu images, %d rounds, %d workers\n%-32s %7.0f images/s (%.0f to %.0f)\n",
      static_cast<unsigned long long>(bench.images), bench.rounds, bench.flow.workers, "vggflow",
      bench.images_per_s.median, bench.images_per_s.least, bench.images_per_s.most);
  if (bench.bare_window) text += text_of(*bench.bare_window);
  if (!bench.bare_window && bench.rounds > 0) {
    text += "no baselines: no sample is a window of a JPEG that is rescaled once at most\n";
  }
  if (bench.full_decode_resize) text += text_of(*bench.full_decode_resize);
  for (const PeerFigures& peer : bench.peers) text += text_of(peer);
  text += text_of(bench.flow);
  if (bench.allocations_per_image) {
    text += formatted("operator new: %.2f times an image, %.0f bytes\n",
                      *bench.allocations_per_image, *bench.allocated_bytes_per_image);
  }
  text += formatted("peak memory %.0f MB\n", static_cast<double>(bench.peak_rss_bytes) * 1e-6);
  if (!bench.failed.empty()) {
    text += "failed images: " + std::to_string(bench.failed.size()) +
            "; the first: " + to_text(bench.failed.front()) + "\n";
  }
  return text + "digest " + bench.digest + "\n";
}

std::string to_json(const PipelineBench& bench) {
  Json json = to_json(FlowFigures{bench.images_per_s.median, bench.flow});
  json["images_per_s_rounds"] = to_json(bench.images_per_s);
  json["rounds"] = bench.rounds;
  json["images"] = bench.images;
  json["failed"] = bench.failed.size();
  json["digest"] = bench.digest;
  json["peak_rss_bytes"] = bench.peak_rss_bytes;
  put(json, "bare_window_images_per_s", bench.bare_window);
  put(json, "full_decode_resize_images_per_s", bench.full_decode_resize);
  json["allocations_per_image"] =
      bench.allocations_per_image ? Json(*bench.allocations_per_image) : Json();
  json["allocated_bytes_per_image"] =
      bench.allocated_bytes_per_image ? Json(*bench.allocated_bytes_per_image) : Json();
  if (!bench.failed.empty()) json["first_failed"] = to_text(bench.failed.front());
  json["peers"] = Json::array();
  for (const PeerFigures& peer : bench.peers) json["peers"].push_back(to_json(peer));
  return json.dump(2) + "\n";
}

}  // namespace vggflow
