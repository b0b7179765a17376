#pragma once

#include <functional>
#include <memory>
#include <utility>

#include "pipeline/batch_thread.h"

namespace vggflow::testing {

/// What a stage does in place of a device.
struct FakeDevice {
  std::function<void(Batch&)> apply = [](Batch&) {};
  std::function<void()> make_room = [] {};
  std::function<void()> stop = [] {};
  bool takes_cuts = false;
};

class FakeWork final : public BatchThread::Work {
 public:
  explicit FakeWork(FakeDevice device) : device_(std::move(device)) {}
  std::string_view name() const override { return "fake"; }
  bool takes_cuts() const override { return device_.takes_cuts; }
  void make_room() override { device_.make_room(); }
  void apply(Batch& batch) override { device_.apply(batch); }
  void stop() noexcept override { device_.stop(); }

 private:
  FakeDevice device_;
};

/// For FlowOptions::batch_stage.
inline MakeBatchStage stage_of(FakeDevice device = {}) {
  return [device = std::move(device)](std::shared_ptr<SpanLog> spans) {
    return std::make_unique<BatchThread>(std::make_unique<FakeWork>(device), std::move(spans));
  };
}

}  // namespace vggflow::testing
