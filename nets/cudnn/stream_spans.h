#pragma once

#include <string>
#include <vector>

#include "base/cuda/stream.h"
#include "base/span_log.h"

namespace vggflow::cudnn {

/// When the card did what a stream held, on the host's clock: for timelines. When off, nothing.
class StreamSpans {
 public:
  StreamSpans(bool on, const cuda::Stream& stream);

  /// What is put into the stream until end() is a span. None lies in another.
  void begin(const char* name);
  void end();
  /// Waits for the last one. Those since the last call, as the row "card".
  [[nodiscard]] std::vector<TimedSpan> take();

 private:
  struct Pending {
    const char* name;
    cuda::Event begin{cuda::Event::Kind::timing};
    cuda::Event end{cuda::Event::Kind::timing};
  };
  void set_clock();

  bool on_;
  const cuda::Stream& stream_;
  cuda::Event zero_{cuda::Event::Kind::timing};
  TimedSpan::Clock::time_point zero_here_;  // the same moment
  std::vector<Pending> pending_;
};

}  // namespace vggflow::cudnn
