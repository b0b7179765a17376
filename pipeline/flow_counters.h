#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

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
  explicit FlowCounters(const std::vector<std::string>& names) {
    for (const std::string& name : names) nodes_.push_back(std::make_unique<Node>(name));
  }

  /// Counts one sample of a node and the time until it is destroyed.
  class Busy {
   public:
    Busy(FlowCounters& counters, std::size_t node) : node_(*counters.nodes_[node]) {
      counters.note_thread();
    }
    ~Busy() {
      const std::chrono::nanoseconds busy = Clock::now() - since_;
      node_.busy_ns.fetch_add(static_cast<std::uint64_t>(busy.count()), std::memory_order_relaxed);
      node_.samples.fetch_add(1, std::memory_order_relaxed);
    }
    Busy(const Busy&) = delete;
    Busy& operator=(const Busy&) = delete;

   private:
    FlowCounters::Node& node_;
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
  void note_thread() {
    thread_local std::uint64_t last_serial = 0;  // takes the lock once a thread and flow
    if (last_serial == serial_) return;
    last_serial = serial_;
    const std::lock_guard lock(mutex_);
    threads_.insert(std::this_thread::get_id());
  }
  [[nodiscard]] static std::uint64_t next_serial() {
    static std::atomic<std::uint64_t> serial{0};
    return ++serial;
  }

  std::vector<std::unique_ptr<Node>> nodes_;
  Clock::time_point started_ = Clock::now();
  std::uint64_t serial_ = next_serial();
  mutable std::mutex mutex_;
  std::set<std::thread::id> threads_;
};

}  // namespace vggflow
