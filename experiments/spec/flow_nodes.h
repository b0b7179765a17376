#pragma once

#include <string>
#include <vector>

#include "experiments/spec/spec.h"

namespace vggflow {

/// One box of a drawn flow and what is to be said of it.
struct FlowNode {
  std::string name = {};  ///< as in FlowStatistics; empty: no node of the graph
  std::string title;
  std::string note;
  bool deferred = false;  ///< only edits what is pending
};

/// "as many workers as the machine has" for 0, "1 worker", "2 workers".
[[nodiscard]] std::string counted(int workers, const std::string& what);
/// "(64, 224, 224, 3) u8 RGB, a 3x4 colour map for each image".
[[nodiscard]] std::string batch_text(int slots, const std::string& height_width);

[[nodiscard]] FlowNode read_node();
/// One for each stage; what it does to pictures is found by watching it (stage_effects.h).
[[nodiscard]] std::vector<FlowNode> stage_nodes(const StageList& stages,
                                                const std::string& profile);
[[nodiscard]] FlowNode render_node();

/// The flow of training, from `read` to the engine, or to the batch when the spec trains nothing.
[[nodiscard]] std::vector<FlowNode> training_nodes(const Spec& spec);

}  // namespace vggflow
