#include <cstdio>

#include "base/atomic_file.h"
#include "experiments/bench/pipeline_bench.h"
#include "experiments/command/command.h"

namespace vggflow {
namespace {

void add_pipeline(CLI::App& bench) {
  struct Arguments {
    SpecFlags spec;
    std::string data = ".";
    std::uint64_t batches = 50;
    std::string json;
    std::string cache;
  };
  const auto arguments = std::make_shared<Arguments>();
  CLI::App& command = *bench.add_subcommand(
      "pipeline", "draw training batches without training; print rates and the digest");
  arguments->spec.add_to(command);
  command.add_option("--data", arguments->data, "where relative paths of `data:` start")
      ->capture_default_str();
  command.add_option("--batches", arguments->batches, "how many")
      ->check(CLI::Range(std::uint64_t{1}, std::uint64_t{1'000'000'000}))
      ->capture_default_str();
  command.add_option("--json", arguments->json, "write the figures to this file as well");
  add_cache(command, arguments->cache);
  command.callback([arguments] {
    const PipelineBench seen = bench_pipeline(arguments->spec.read(), arguments->data,
                                              arguments->batches, arguments->cache);
    std::fputs(to_text(seen).c_str(), stdout);
    if (!arguments->json.empty()) write_text_atomically(arguments->json, to_json(seen));
  });
}

}  // namespace

void add_bench(CLI::App& program) {
  CLI::App& bench = *program.add_subcommand("bench", "measure a part of an experiment");
  bench.require_subcommand(1);
  add_pipeline(bench);
}

}  // namespace vggflow
