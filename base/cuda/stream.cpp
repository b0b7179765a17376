#include "base/cuda/stream.h"

namespace vggflow::cuda {

Event::Event(Kind kind) {
  // Blocking: a thread that waits leaves its core to the decoders.
  const unsigned flags =
      cudaEventBlockingSync | (kind == Kind::timing ? 0U : unsigned{cudaEventDisableTiming});
  cudaEvent_t event = nullptr;
  check(cudaEventCreateWithFlags(&event, flags), "cudaEventCreate");
  handle_.reset(event);
}

void Event::record(const Stream& stream) {
  check(cudaEventRecord(handle_.get(), stream.get()), "cudaEventRecord");
}

void Event::record_in_graph(const Stream& stream) {
  cudaStreamCaptureStatus capture = cudaStreamCaptureStatusNone;
  check(cudaStreamIsCapturing(stream.get(), &capture), "cudaStreamIsCapturing");
  const unsigned flags =
      capture == cudaStreamCaptureStatusNone ? cudaEventRecordDefault : cudaEventRecordExternal;
  check(cudaEventRecordWithFlags(handle_.get(), stream.get(), flags), "cudaEventRecord");
}

bool Event::reached() const {
  const cudaError_t status = cudaEventQuery(handle_.get());
  if (status == cudaErrorNotReady) {
    static_cast<void>(cudaGetLastError());  // not that a launch is blamed for it
    return false;
  }
  check(status, "cudaEventQuery");
  return true;
}

void Event::wait() const { check(cudaEventSynchronize(handle_.get()), "cudaEventSynchronize"); }

float Event::ms_since(const Event& begin) const {
  float ms = 0;
  check(cudaEventElapsedTime(&ms, begin.get(), handle_.get()), "cudaEventElapsedTime");
  return ms;
}

Stream::Stream(Priority priority) {
  int least = 0;
  int greatest = 0;
  check(cudaDeviceGetStreamPriorityRange(&least, &greatest), "cudaDeviceGetStreamPriorityRange");
  cudaStream_t stream = nullptr;
  check(cudaStreamCreateWithPriority(&stream, cudaStreamNonBlocking,
                                     priority == Priority::high ? greatest : least),
        "cudaStreamCreate");
  handle_.reset(stream);
}

void Stream::wait_for(const Event& event) const {
  check(cudaStreamWaitEvent(handle_.get(), event.get()), "cudaStreamWaitEvent");
}

void Stream::synchronize() const {
  check(cudaStreamSynchronize(handle_.get()), "cudaStreamSynchronize");
}

}  // namespace vggflow::cuda
