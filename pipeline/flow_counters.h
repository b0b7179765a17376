#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/span_log.h"
#include "pipeline/statistics.h"

namespace vggflow {

/// Samples and busy time of every node, and the threads that ran them. Written by all workers.
class FlowCounters {
  using Clock = std::chrono::steady_clock;
  struct alignas(64) Node {  // a cache line each: neighbours are written by other threads
    explicit Node(std::string called) : name(std::move(called)) {}
    std::string name;
    std::atomic<std::uint64_t> samples{0};
    std::atomic<std::uint64_t> busy_ns{0};
  };

 public:
  FlowCounters(const std::vector<std::string>& names, std::shared_ptr<SpanLog> spans)
      : spans_(std::move(spans)) {
    for (const std::string& name : names) nodes_.push_back(std::make_unique<Node>(name));
  }

  /// Counts one sample of a node and the time until it is destroyed.
  class Busy {
   public:
    Busy(FlowCounters& counters, std::size_t node)
        : counters_(counters), node_(*counters.nodes_[node]), row_(counters.note_thread()) {}
    ~Busy() {
      const auto until = Clock::now();
      const std::chrono::nanoseconds busy = until - since_;
      if (counters_.spans_) counters_.spans_->add(*row_, node_.name, since_, until);
      node_.busy_ns.fetch_add(static_cast<std::uint64_t>(busy.count()), std::memory_order_relaxed);
      node_.samples.fetch_add(1, std::memory_order_relaxed);
    }
    Busy(const Busy&) = delete;
    Busy& operator=(const Busy&) = delete;

   private:
    FlowCounters& counters_;
    FlowCounters::Node& node_;
    const std::string* row_;
    Clock::time_point since_ = Clock::now();
  };

  /// nodes, samples, elapsed_s and threads_seen of the statistics.
  [[nodiscard]] FlowStatistics read() const {
    FlowStatistics all;
    for (const auto& node : nodes_) {
      all.nodes.push_back({node->name, node->samples, static_cast<double>(node->busy_ns) * 1e-9});
    }
    all.samples = all.nodes.back().samples;
    all.elapsed_s = std::chrono::duration<double>(Clock::now() - started_).count();
    const std::lock_guard lock(mutex_);
    all.threads_seen = static_cast<int>(threads_.size());
    return all;
  }

 private:
  /// The thread's name among the flow's.
  const std::string* note_thread() {
    thread_local std::uint64_t last_serial = 0;  // takes the lock once a thread and flow
    thread_local const std::string* name = nullptr;
    if (last_serial == serial_) return name;
    const std::lock_guard lock(mutex_);
    const std::string next = "worker " + std::to_string(threads_.size() + 1);
    name = &threads_.try_emplace(std::this_thread::get_id(), next).first->second;
    last_serial = serial_;
    return name;
  }
  [[nodiscard]] static std::uint64_t next_serial() {
    static std::atomic<std::uint64_t> serial{0};
    return ++serial;
  }

  std::vector<std::unique_ptr<Node>> nodes_;
  Clock::time_point started_ = Clock::now();
  std::uint64_t serial_ = next_serial();
  std::shared_ptr<SpanLog> spans_;  // none: nobody wants to know
  mutable std::mutex mutex_;
  std::map<std::thread::id, std::string> threads_;
};

}  // namespace vggflow
