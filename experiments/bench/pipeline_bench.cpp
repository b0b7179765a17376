#include "experiments/bench/pipeline_bench.h"

#include <cstdio>
#include <nlohmann/json.hpp>

#include "base/sha256.h"
#include "experiments/run/machine.h"
#include "pipeline/flow.h"

namespace vggflow {

PipelineBench bench_pipeline(const Spec& spec, const std::filesystem::path& data,
                             std::uint64_t batches) {
  const auto dataset = open_dataset(Params(spec.train_data, "data.train"), data);
  Flow flow(*dataset, spec.stages,
            plan_training(dataset->size(), {.seed = spec.seed,
                                            .batch = spec.train ? spec.train->batch : 64,
                                            .image = spec.net.input,
                                            .shard = {},
                                            .batches = batches}),
            flow_options(spec));
  PipelineBench bench;
  Sha256 sha;
  while (const BatchLease batch = flow.next()) {
    sha.update(digest(*batch));
    bench.images += static_cast<std::uint64_t>(batch->shape.slots);
  }
  bench.digest = sha.hex();
  bench.flow = flow.statistics();
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
  return text + "digest " + bench.digest + "\n";
}

std::string to_json(const PipelineBench& bench) {
  nlohmann::ordered_json json = {{"images_per_s", bench.images_per_s},
                                 {"workers", bench.flow.workers},
                                 {"batches", bench.flow.batches},
                                 {"images", bench.images},
                                 {"digest", bench.digest},
                                 {"elapsed_s", bench.flow.elapsed_s},
                                 {"starved_s", bench.flow.starved_s},
                                 {"no_free_slot_s", bench.flow.no_free_slot_s},
                                 {"nodes", nlohmann::ordered_json::array()}};
  for (const NodeStatistics& node : bench.flow.nodes) {
    json["nodes"].push_back(
        {{"name", node.name}, {"samples", node.samples}, {"busy_s", node.busy_s}});
  }
  return json.dump(2) + "\n";
}

}  // namespace vggflow
