#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/export.h"
#include "experiments/spec/spec.h"
#include "pipeline/dataset.h"

namespace vggflow {

/// What another pipeline did on the same files, with its own random windows.
struct PeerFigures {
  std::string name;
  std::string note;             ///< what it does
  std::string versions;         ///< "dali 1.40, ..."
  std::string skipped;          ///< why it was not timed; empty: it was
  double images_per_s = 0;      ///< by the wall clock, median of the rounds
  double images_per_cpu_s = 0;  ///< by the processor time of all its threads
};

/// What peers are asked to do: rescale to a short side drawn from [min, max] px, cut a random
/// square.
struct PeerJob {
  int min = 0;
  int max = 0;
  int crop = 0;
};

/// The job of a spec whose geometry is `rescale` or `random_rescale`, then `random_crop`. Error
/// (usage) saying what peers can do, for others.
[[nodiscard]] VGGFLOW_API PeerJob peer_job(const Spec& spec);

/// Runs bench/peers/pipeline.py, of which the library holds a copy, with the interpreter `python`
/// on the first images of the data set (at most 512), on as many threads as the spec has workers.
/// Error (system) when it cannot be run.
[[nodiscard]] VGGFLOW_API std::vector<PeerFigures> time_peers(const PeerJob& job,
                                                              const Dataset& dataset, int threads,
                                                              const std::string& python);

}  // namespace vggflow
