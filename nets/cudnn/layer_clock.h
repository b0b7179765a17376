#pragma once

#include <string>
#include <vector>

#include "base/cuda/stream.h"
#include "nets/engine.h"

namespace vggflow::cudnn {

/// Times the layers of a step on the card by events between them. They are part of the step once it
/// is recorded, so what is known are the times of the last step; the sums over several steps are
/// taken to be so many times these. When off, a mark costs a branch.
class LayerClock {
 public:
  LayerClock(bool on, std::vector<std::string> layers, const cuda::Stream& stream);

  /// The place in a step of the mark before layer i forward, i of layers(); of the one behind the
  /// last; and of those before and behind layer i backward.
  void before_forward(std::size_t layer) { mark(layer); }
  void behind_forward() { mark(layers_.size()); }
  void before_backward() { mark(layers_.size() + 1); }
  void behind_backward(std::size_t layer) { mark(2 * layers_.size() + 1 - layer); }
  void step_done() { ++steps_; }
  /// Waits for the last step. Empty when off, or without a step since the last call.
  [[nodiscard]] std::vector<LayerTimes> take();

 private:
  void mark(std::size_t place);
  [[nodiscard]] double seconds(std::size_t from, std::size_t to) const;

  bool on_;
  std::vector<std::string> layers_;
  const cuda::Stream& stream_;
  std::vector<cuda::Event> marks_;
  int steps_ = 0;
};

}  // namespace vggflow::cudnn
