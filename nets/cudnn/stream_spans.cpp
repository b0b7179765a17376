#include "nets/cudnn/stream_spans.h"

#include <chrono>

namespace vggflow::cudnn {

StreamSpans::StreamSpans(bool on, const cuda::Stream& stream) : on_(on), stream_(stream) {
  if (on_) set_clock();
}

// Both clocks run evenly; an idle stream reaches the mark at once.
void StreamSpans::set_clock() {
  stream_.synchronize();
  zero_.record(stream_);
  zero_.wait();
  zero_here_ = TimedSpan::Clock::now();
}

void StreamSpans::begin(const char* name) {
  if (!on_) return;
  pending_.push_back({name});
  pending_.back().begin.record(stream_);
}

void StreamSpans::end() {
  if (on_) pending_.back().end.record(stream_);
}

std::vector<TimedSpan> StreamSpans::take() {
  if (pending_.empty()) return {};
  pending_.back().end.wait();
  const auto at = [&](const cuda::Event& event) {
    const std::chrono::duration<double, std::milli> ms(event.ms_since(zero_));
    return zero_here_ + std::chrono::duration_cast<TimedSpan::Clock::duration>(ms);
  };
  std::vector<TimedSpan> spans;
  for (const Pending& one : pending_) {
    spans.push_back({"card", one.name, at(one.begin), at(one.end)});
  }
  pending_.clear();
  return spans;
}

}  // namespace vggflow::cudnn
