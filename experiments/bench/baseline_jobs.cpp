#include "experiments/bench/baseline_jobs.h"

#include <chrono>

#include "base/error.h"

namespace vggflow {

BaselineJobs::BaselineJobs(const Spec& spec, const Dataset& dataset, Planner& planner,
                           std::size_t most) {
  for (std::size_t drawn = 0; const auto plan = planner.next();) {
    for (const Job& job : plan->jobs) {
      if (drawn++ == most) return;
      add(spec, dataset, job);
    }
  }
}

const std::vector<std::byte>& BaselineJobs::encoded(const Dataset& dataset, std::uint64_t id) {
  const auto [file, is_new] = files_.try_emplace(id);
  if (!is_new) return file->second;
  try {
    std::vector<std::byte> bytes;
    dataset.read(id, bytes);
    if (baselines_can_read(bytes)) file->second = std::move(bytes);
  } catch (const Error&) {
    // The pipeline has reported it.
  }
  return file->second;
}

void BaselineJobs::add(const Spec& spec, const Dataset& dataset, const Job& job) {
  const std::vector<std::byte>& bytes = encoded(dataset, job.id);
  if (bytes.empty()) return;
  Sample sample{.id = job.id,
                .label = dataset.label(job.id),
                .name = dataset.name(job.id),
                .epoch = job.epoch,
                .encoded = bytes,
                .picture = {}};
  try {
    for (const PlacedStage& placed : spec.stages) {
      if (placed.schema->renders) break;
      Rng rng = stage_rng(placed, spec.seed, job.epoch, job.id);
      placed.stage->apply(sample, rng);
    }
    const Picture::Rendering rendering = sample.picture.pending();
    if (rendering.of_file) jobs_.push_back({job.id, rendering});
  } catch (const Error&) {
    // Likewise.
  }
}

double BaselineJobs::time(Baseline& baseline) const {
  const auto since = std::chrono::steady_clock::now();
  for (const Drawn& job : jobs_) {
    try {
      baseline.run(files_.at(job.id), job.rendering);
    } catch (const Error&) {
      // Damaged: part of the work like any other.
    }
  }
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - since).count();
}

}  // namespace vggflow
