#include "experiments/bench/pipeline_bench.h"

#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/sha256.h"
#include "experiments/run/flow_figures.h"
#include "experiments/run/machine.h"
#include "experiments/spec/slot_size.h"
#include "pipeline/flow.h"

namespace vggflow {
namespace {

constexpr int kBatch = 64;  // of a spec that trains nothing

std::uint64_t made_of(const Batch& batch) {
  return static_cast<std::uint64_t>(
      std::ranges::count_if(batch.weights, [](float weight) { return weight > 0; }));
}

std::string to_text(const FailedSample& failed) { return failed.name + ": " + failed.reason; }

void refuse_nothing_made(const PipelineBench& bench) {
  if (bench.images > 0 || bench.failed.empty()) return;
  throw Error(Origin::data, "every image failed; the first: " + to_text(bench.failed.front()));
}

}  // namespace

PipelineBench bench_pipeline(const Spec& spec, const std::filesystem::path& data,
                             std::uint64_t batches) {
  const auto dataset = open_dataset(Params(spec.train_data, "data.train"), data);
  Flow flow(*dataset, spec.stages,
            plan_training(dataset->size(), {.seed = spec.seed,
                                            .batch = spec.train ? spec.train->batch : kBatch,
                                            .image = slot_size(spec),
                                            .shard = {},
                                            .batches = batches}),
            flow_options(spec));
  PipelineBench bench;
  Sha256 sha;
  while (const BatchLease batch = flow.next()) {
    sha.update(digest(*batch));
    bench.images += made_of(*batch);
  }
  bench.digest = sha.hex();
  bench.flow = flow.statistics();
  bench.failed = flow.failures();
  refuse_nothing_made(bench);
  bench.images_per_s = static_cast<double>(bench.images) / bench.flow.elapsed_s;
  return bench;
}

std::string to_text(const PipelineBench& bench) {
  char line[160];
  std::snprintf(line, sizeof line,
                "%llu images in %.2f s: %.0f images/s, %d workers\n"
                "consumer waited %.2f s, no free slot %.2f s\n",
                static_cast<unsigned long long>(bench.images), bench.flow.elapsed_s,
                bench.images_per_s, bench.flow.workers, bench.flow.starved_s,
                bench.flow.no_free_slot_s);
  std::string text = line;
  for (const NodeStatistics& node : bench.flow.nodes) {
    const double each_us =
        node.samples > 0 ? 1e6 * node.busy_s / static_cast<double>(node.samples) : 0;
    std::snprintf(line, sizeof line, "  %-18s %9llu samples  %8.1f us each  busy %.2f s\n",
                  node.name.c_str(), static_cast<unsigned long long>(node.samples), each_us,
                  node.busy_s);
    text += line;
  }
  if (!bench.failed.empty()) {
    text += "failed images: " + std::to_string(bench.failed.size()) +
            "; the first: " + to_text(bench.failed.front()) + "\n";
  }
  return text + "digest " + bench.digest + "\n";
}

std::string to_json(const PipelineBench& bench) {
  nlohmann::ordered_json json = to_json(FlowFigures{bench.images_per_s, bench.flow});
  json["images"] = bench.images;
  json["failed"] = bench.failed.size();
  json["digest"] = bench.digest;
  if (!bench.failed.empty()) json["first_failed"] = to_text(bench.failed.front());
  return json.dump(2) + "\n";
}

}  // namespace vggflow
