#include "experiments/run/several_processes.h"

#include "base/error.h"
#include "base/log.h"
#include "base/sha256.h"
#include "experiments/run/machine.h"

namespace vggflow {
namespace {

std::string sha256_of(const Parameters& parameters) {
  Sha256 sha;
  for (const Tensor& tensor : parameters.tensors)
    sha.update(std::as_bytes(std::span(tensor.values)));
  return sha.hex();
}

}  // namespace

std::string count_text(const Communicator& all) {
  return all.size() == 1 ? "" : ", " + std::to_string(all.size()) + " processes";
}

Spec with_part_of_machine(const Spec& spec, Communicator& all) {
  if (all.size() == 1) return spec;
  const int threads = hardware_threads(all);
  Spec mine = spec;
  if (mine.feed.workers == 0) mine.feed.workers = threads;
  if (mine.compute.threads == 0) mine.compute.threads = threads;
  log_info(spec.name + ": " + std::to_string(all.size()) + " processes, " +
           std::to_string(all.neighbours().size()) + " of them on this host, the first with " +
           std::to_string(threads) + " of its threads");
  return mine;
}

void check_shares(const Spec& spec, const Communicator& all) {
  const TrainSpec& train = *spec.train;
  const int units = all.size() * train.accumulate;
  if (train.batch % units == 0) return;
  throw Error(
      Origin::spec,
      "train.batch: " + std::to_string(train.batch) +
          " does not divide into equal parts "
          "for " +
          std::to_string(all.size()) + " processes" +
          (train.accumulate > 1 ? " that accumulate " + std::to_string(train.accumulate) + " each"
                                : "") +
          "; allowed: multiples of " + std::to_string(units),
      spec.resolved.place());
}

void check_alike(Communicator& all, std::vector<std::pair<std::string, std::string>> facts,
                 const Engine& engine) {
  if (all.size() == 1) return;
  facts.emplace_back("weights", sha256_of(engine.parameters()));
  for (const auto& [name, value] : facts) {
    const auto of_all = all.gather(value);
    for (std::size_t rank = 1; rank < of_all.size(); ++rank) {
      if (of_all[rank] == of_all[0]) continue;
      throw Error(Origin::data, "rank " + std::to_string(rank) + " of " +
                                    std::to_string(all.size()) + " has another " + name +
                                    " than the first process; all must see the same files in "
                                    "--data and --out");
    }
  }
}

}  // namespace vggflow
