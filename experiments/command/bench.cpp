#include <cstdio>

#include "base/atomic_file.h"
#include "experiments/bench/pipeline_bench.h"
#include "experiments/bench/scoring_bench.h"
#include "experiments/bench/trace.h"
#include "experiments/bench/training_bench.h"
#include "experiments/command/allocation_counter.h"
#include "experiments/command/command.h"

namespace vggflow {
namespace {

void add_pipeline(CLI::App& bench) {
  struct Arguments {
    SpecFlags spec;
    PipelineBenchOptions options;
    bool peers = false;
    std::string python = "python3";
    std::string json;
  };
  const auto arguments = std::make_shared<Arguments>();
  PipelineBenchOptions& options = arguments->options;
  CLI::App& command = *bench.add_subcommand(
      "pipeline",
      "draw training batches without training; print the digest, rates, and those of "
      "baselines on the same images and windows");
  arguments->spec.add_to(command);
  command.add_option("--data", options.data, "where relative paths of `data:` start")
      ->capture_default_str();
  add_cache(command, options.cache);
  command.add_option("--batches", options.batches, "of a round, from the first of the training")
      ->check(CLI::Range(std::uint64_t{1}, std::uint64_t{1'000'000'000}))
      ->capture_default_str();
  command
      .add_option("--seconds", options.seconds,
                  "how long to time the pipeline, in whole rounds; 0: only the digest")
      ->check(CLI::Range(0.0, 1e6))
      ->capture_default_str();
  command.add_flag("--peers", arguments->peers,
                   "time other libraries' pipelines too, those that --python has");
  command.add_option("--python", arguments->python, "the interpreter for --peers")
      ->capture_default_str();
  command.add_option("--json", arguments->json, "write the figures to this file as well");
  command.callback([arguments] {
    PipelineBenchOptions chosen = arguments->options;
    chosen.allocations = allocation_counter();
    if (arguments->peers) chosen.python = arguments->python;
    const PipelineBench seen = bench_pipeline(arguments->spec.read(), chosen);
    std::fputs(to_text(seen).c_str(), stdout);
    if (!arguments->json.empty()) write_text_atomically(arguments->json, to_json(seen));
  });
}

void add_train(CLI::App& bench) {
  struct Arguments {
    SpecFlags spec;
    TrainingBenchOptions options;
    std::string json;
    std::string trace;
  };
  const auto arguments = std::make_shared<Arguments>();
  TrainingBenchOptions& options = arguments->options;
  CLI::App& command = *bench.add_subcommand(
      "train",
      "time training steps, layer by layer, beside oneDNN's convolutions and inner products of "
      "the net alone; print rates, shares and memory");
  arguments->spec.add_to(command);
  command.add_flag("--synthetic", options.synthetic, "feed one batch of noise, and need no data");
  command.add_option("--data", options.data, "where relative paths of `data:` start")
      ->capture_default_str();
  add_cache(command, options.cache);
  command.add_option("--steps", options.steps, "of a round, after those that are not timed")
      ->check(CLI::Range(1, 1'000'000))
      ->capture_default_str();
  command.add_option("--rounds", options.rounds, "each of steps and as many passes of baselines")
      ->check(CLI::Range(1, 1'000'000))
      ->capture_default_str();
  command.add_option("--json", arguments->json, "write the figures to this file as well");
  command.add_option("--trace", arguments->trace,
                     "write what every thread did when to this file, in Chrome's trace format");
  command.callback([arguments] {
    TrainingBenchOptions chosen = arguments->options;
    if (!arguments->trace.empty()) chosen.spans = std::make_shared<SpanLog>();
    const TrainingBench seen = bench_training(arguments->spec.read(), chosen);
    std::fputs(to_text(seen).c_str(), stdout);
    if (!arguments->json.empty()) write_text_atomically(arguments->json, to_json(seen));
    if (chosen.spans) {
      write_text_atomically(arguments->trace, to_chrome_trace(chosen.spans->take()));
    }
  });
}

void add_score(CLI::App& bench) {
  struct Arguments {
    SpecFlags spec;
    ScoringBenchOptions options;
    std::string json;
  };
  const auto arguments = std::make_shared<Arguments>();
  ScoringBenchOptions& options = arguments->options;
  CLI::App& command = *bench.add_subcommand(
      "score",
      "time evaluations, dense and of 5x5 crops, with random weights, beside oneDNN's convolutions "
      "and inner products on the same shapes and plain forward passes; print rates and shares");
  arguments->spec.add_to(command);
  command.add_flag("--synthetic", options.synthetic,
                   "score pictures made for it in sizes common in ILSVRC, and need no data");
  command.add_option("--data", options.data, "where relative paths of `data:` start")
      ->capture_default_str();
  add_cache(command, options.cache);
  command
      .add_option("--scales", options.scales,
                  "Q, px, separated by commas; those of the first dense evaluation if not given")
      ->delimiter(',');
  command.add_option("--images", options.images, "of a dense pass, evenly spread over data.val")
      ->check(CLI::Range(std::uint64_t{1}, std::uint64_t{1'000'000'000}))
      ->capture_default_str();
  command.add_option("--crop-images", options.crop_images, "of a pass of 50 crops an image and Q")
      ->check(CLI::Range(std::uint64_t{1}, std::uint64_t{1'000'000'000}))
      ->capture_default_str();
  command.add_option("--rounds", options.rounds, "each of both passes and their baselines")
      ->check(CLI::Range(1, 1'000'000))
      ->capture_default_str();
  command.add_option("--json", arguments->json, "write the figures to this file as well");
  command.callback([arguments] {
    const ScoringBench seen = bench_scoring(arguments->spec.read(), arguments->options);
    std::fputs(to_text(seen).c_str(), stdout);
    if (!arguments->json.empty()) write_text_atomically(arguments->json, to_json(seen));
  });
}

}  // namespace

void add_bench(CLI::App& program) {
  CLI::App& bench = *program.add_subcommand("bench", "measure a part of an experiment");
  bench.require_subcommand(1);
  add_pipeline(bench);
  add_train(bench);
  add_score(bench);
}

}  // namespace vggflow
