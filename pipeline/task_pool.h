#pragma once

#include <memory>
#include <mutex>
#include <vector>

#include "pipeline/flow_runner.h"

namespace vggflow {

/// Tasks that are not on their way: as many are made as ever ran at once.
class TaskPool {
 public:
  Task* take() {
    const std::lock_guard lock(mutex_);
    if (free_.empty()) {
      all_.push_back(std::make_unique<Task>());
      free_.reserve(all_.size());
      return all_.back().get();
    }
    Task* task = free_.back();
    free_.pop_back();
    return task;
  }
  void put(Task* task) {
    const std::lock_guard lock(mutex_);
    free_.push_back(task);
  }

 private:
  std::mutex mutex_;
  std::vector<std::unique_ptr<Task>> all_;
  std::vector<Task*> free_;
};

}  // namespace vggflow
