#include "experiments/bench/pipeline_bench.h"

#include <algorithm>

#include "base/error.h"
#include "base/sha256.h"
#include "experiments/bench/baseline_jobs.h"
#include "experiments/bench/peak_memory.h"
#include "experiments/run/machine.h"
#include "experiments/spec/slot_size.h"
#include "pipeline/flow.h"

namespace vggflow {
namespace {

constexpr int kBatch = 64;  // of a spec that trains nothing
constexpr std::size_t kMostBaselineJobs = 1024;

std::uint64_t made_of(const Batch& batch) {
  return static_cast<std::uint64_t>(
      std::ranges::count_if(batch.weights, [](float weight) { return weight > 0; }));
}

void add(FlowStatistics& sum, const FlowStatistics& round) {
  for (std::size_t n = 0; n < sum.nodes.size(); ++n) {
    sum.nodes[n].samples += round.nodes[n].samples;
    sum.nodes[n].busy_s += round.nodes[n].busy_s;
  }
  sum.samples += round.samples;
  sum.batches += round.batches;
  sum.elapsed_s += round.elapsed_s;
  sum.starved_s += round.starved_s;
  sum.no_free_slot_s += round.no_free_slot_s;
  sum.threads_seen = std::max(sum.threads_seen, round.threads_seen);
}

/// Counts between two deliveries of a round: from its middle, when all is warm, to the last one
/// that still lets another batch be planned.
class AllocationsPerImage {
 public:
  AllocationsPerImage(const PipelineBenchOptions& options, int prefetch)
      : counter_(options.allocations), from_(options.batches / 2) {
    const auto tail = static_cast<std::uint64_t>(prefetch) + 1;
    if (options.batches > tail) to_ = options.batches - tail;
  }

  void delivered(const Batch& batch) {
    if (counter_ == nullptr) return;
    if (batch_ == from_) before_ = counter_();
    if (batch_ == to_) after_ = counter_();
    if (batch_ > from_ && batch_ <= to_) images_ += static_cast<std::uint64_t>(batch.shape.slots);
    ++batch_;
  }
  /// Nothing of a round that is too short.
  void report(PipelineBench& seen) const {
    if (images_ == 0) return;
    const auto each = [&](std::uint64_t total) {
      return static_cast<double>(total) / static_cast<double>(images_);
    };
    seen.allocations_per_image = each(after_.count - before_.count);
    seen.allocated_bytes_per_image = each(after_.bytes - before_.bytes);
  }

 private:
  AllocationCounter counter_;
  std::uint64_t from_;    // batch
  std::uint64_t to_ = 0;  // batch, included
  std::uint64_t batch_ = 0;
  Allocations before_;
  Allocations after_;
  std::uint64_t images_ = 0;
};

class Bench {
 public:
  Bench(const Spec& spec, const PipelineBenchOptions& options)
      : spec_(spec),
        options_(options),
        size_(slot_size(spec)),
        dataset_(open_dataset(Params(spec.train_data, "data.train"), options.data, options.cache)) {
    if (!options.python.empty()) peer_job_ = peer_job(spec);  // refused before anything is timed
  }

  PipelineBench run() {
    digest_round();
    seen_.peak_rss_bytes = peak_rss_bytes();
    if (options_.seconds > 0) timed_rounds();
    if (peer_job_) {
      seen_.peers = time_peers(*peer_job_, *dataset_, seen_.flow.workers, options_.python);
    }
    return std::move(seen_);
  }

 private:
  [[nodiscard]] std::unique_ptr<Planner> planner() const {
    return plan_training(dataset_->size(), {.seed = spec_.seed,
                                            .batch = spec_.train ? spec_.train->batch : kBatch,
                                            .image = size_,
                                            .shard = {},
                                            .batches = options_.batches});
  }

  void digest_round() {
    Flow flow(*dataset_, spec_.stages, planner(), flow_options(spec_));
    Sha256 sha;
    while (const BatchLease batch = flow.next()) {
      sha.update(digest(*batch));
      seen_.images += made_of(*batch);
    }
    seen_.digest = sha.hex();
    seen_.failed = flow.failures();
    seen_.flow = flow.statistics();
    seen_.images_per_s = spread_of({static_cast<double>(seen_.images) / seen_.flow.elapsed_s});
    if (seen_.images > 0 || seen_.failed.empty()) return;
    const FailedSample& first = seen_.failed.front();
    throw Error(Origin::data, "every image failed; the first: " + first.name + ": " + first.reason);
  }

  /// Images a second.
  double timed_round() {
    Flow flow(*dataset_, spec_.stages, planner(), flow_options(spec_));
    AllocationsPerImage allocated(options_, spec_.feed.prefetch);
    while (const BatchLease batch = flow.next()) allocated.delivered(*batch);
    allocated.report(seen_);
    const FlowStatistics round = flow.statistics();
    if (seen_.rounds++ == 0) {
      seen_.flow = round;
    } else {
      add(seen_.flow, round);
    }
    return static_cast<double>(seen_.images) / round.elapsed_s;
  }

  /// A baseline and its rates, round by round.
  struct Rival {
    std::unique_ptr<Baseline> baseline;
    std::vector<double> images_per_s;
    std::vector<double> ratio;

    void race(const BaselineJobs& jobs, double per_worker) {
      if (!baseline || jobs.size() == 0) return;
      images_per_s.push_back(static_cast<double>(jobs.size()) / jobs.time(*baseline));
      ratio.push_back(per_worker / images_per_s.back());
    }
    [[nodiscard]] std::optional<BaselineFigures> figures() const {
      if (images_per_s.empty()) return std::nullopt;
      return BaselineFigures{std::string(baseline->name()), spread_of(images_per_s),
                             spread_of(ratio)};
    }
  };

  void timed_rounds() {
    const auto planned = planner();
    const BaselineJobs jobs(spec_, *dataset_, *planned, kMostBaselineJobs);
    Rival bare{bare_window_decode(), {}, {}};
    Rival full{full_decode_and_resize(), {}, {}};
    std::vector<double> rates;
    do {
      rates.push_back(timed_round());
      const double per_worker = rates.back() / seen_.flow.workers;
      bare.race(jobs, per_worker);
      full.race(jobs, per_worker);
    } while (seen_.flow.elapsed_s < options_.seconds);
    seen_.images_per_s = spread_of(rates);
    seen_.bare_window = bare.figures();
    seen_.full_decode_resize = full.figures();
  }

  const Spec& spec_;
  const PipelineBenchOptions& options_;
  Size size_;
  std::unique_ptr<Dataset> dataset_;
  std::optional<PeerJob> peer_job_;
  PipelineBench seen_;
};

}  // namespace

PipelineBench bench_pipeline(const Spec& spec, const PipelineBenchOptions& options) {
  return Bench(spec, options).run();
}

}  // namespace vggflow
