#pragma once

#include <optional>
#include <string>

#include "base/export.h"
#include "experiments/run/flow_figures.h"
#include "experiments/spec/spec.h"

namespace vggflow {

/// The flow of training as one SVG that needs no other file: data set, plan, read, each stage with
/// what is deferred, render, batch, engine; light or dark as the viewer prefers. Every box is a
/// <g class="node"> with `data-name`, as in FlowStatistics where it is a node of the graph.
///
/// With figures it shows rates, what share of the workers' time each node was busy, and the
/// bottleneck (class "bottleneck"): the consumer (engine, or batch without one) if the workers
/// waited longer for a free slot than the consumer for a batch, or else the node with the most busy
/// time. Error (data) if the figures are of a flow with other nodes.
[[nodiscard]] VGGFLOW_API std::string flow_svg(const Spec& spec,
                                               const std::optional<FlowFigures>& figures = {});

}  // namespace vggflow
