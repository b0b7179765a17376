#pragma once

#include <utility>

namespace vggflow {

/// Keeps the end of a flow graph from being reached while what is enqueued has not fed it yet. (A
/// template, for tbb/flow_graph.h is slow to compile and is flow.cpp's alone.)
template <class Graph>
class FlowReservation {
 public:
  explicit FlowReservation(Graph& graph) : graph_(&graph) { graph_->reserve_wait(); }
  FlowReservation(FlowReservation&& other) noexcept
      : graph_(std::exchange(other.graph_, nullptr)) {}
  FlowReservation& operator=(FlowReservation&&) = delete;
  ~FlowReservation() {
    if (graph_ != nullptr) graph_->release_wait();
  }

 private:
  Graph* graph_;
};

}  // namespace vggflow
