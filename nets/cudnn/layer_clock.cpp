#include "nets/cudnn/layer_clock.h"

#include <utility>

namespace vggflow::cudnn {

LayerClock::LayerClock(bool on, std::vector<std::string> layers, const cuda::Stream& stream)
    : on_(on), layers_(std::move(layers)), stream_(stream) {
  if (!on_) return;
  const std::size_t marks = 2 * layers_.size() + 2;
  for (std::size_t n = 0; n < marks; ++n) marks_.emplace_back(cuda::Event::Kind::timing);
}

void LayerClock::mark(std::size_t place) {
  if (on_) marks_[place].record_in_graph(stream_);
}

double LayerClock::seconds(std::size_t from, std::size_t to) const {
  return 1e-3 * static_cast<double>(marks_[to].ms_since(marks_[from]));
}

std::vector<LayerTimes> LayerClock::take() {
  if (!on_ || steps_ == 0) return {};
  marks_.back().wait();
  const std::size_t end = layers_.size();
  std::vector<LayerTimes> times;
  for (std::size_t i = 0; i < end; ++i) {
    const std::size_t backward = 2 * end + 1 - i;
    times.push_back(
        {layers_[i], steps_ * seconds(i, i + 1), steps_ * seconds(backward - 1, backward)});
  }
  times.push_back({"loss", steps_ * seconds(end, end + 1), 0});
  steps_ = 0;
  return times;
}

}  // namespace vggflow::cudnn
