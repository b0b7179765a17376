#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace vggflow {

struct NodeStatistics {
  std::string name;
  std::uint64_t samples = 0;
  double busy_s = 0;  ///< summed over workers
};

/// Where the time of a flow went, from its start to now.
struct FlowStatistics {
  std::vector<NodeStatistics> nodes;  ///< in the order of the flow
  std::uint64_t samples = 0;          ///< jobs finished
  std::uint64_t batches = 0;          ///< handed to the consumer
  double elapsed_s = 0;
  double starved_s = 0;  ///< the consumer waited in next()
  double no_free_slot_s =
      0;  ///< every batch was full or with the consumer: workers had nothing to do
  int workers = 0;
  int threads_seen = 0;  ///< distinct threads that ran a node, `workers` of them at once
};

}  // namespace vggflow
