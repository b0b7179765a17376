#pragma once

#include <tbb/flow_graph.h>

#include <utility>

namespace vggflow {

/// Keeps the graph's end from being reached while what is enqueued has not fed it yet.
class FlowReservation {
 public:
  explicit FlowReservation(tbb::flow::graph& graph) : graph_(&graph) { graph_->reserve_wait(); }
  FlowReservation(FlowReservation&& other) noexcept
      : graph_(std::exchange(other.graph_, nullptr)) {}
  FlowReservation& operator=(FlowReservation&&) = delete;
  ~FlowReservation() {
    if (graph_ != nullptr) graph_->release_wait();
  }

 private:
  tbb::flow::graph* graph_;
};

}  // namespace vggflow
