#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/cuda/device.h"
#include "base/cuda/memory.h"
#include "tests/nets/cudnn_test_support.h"

namespace vggflow::cudnn {

/// Values on the card.
template <class T>
class OnDevice {
 public:
  OnDevice(const std::vector<T>& values, const cuda::Stream& stream)
      : count_(values.size()), memory_(values.size() * sizeof(T), "test"), stream_(&stream) {
    cuda::copy(memory_.data(), values.data(), count_ * sizeof(T), stream);
  }
  [[nodiscard]] T* data() const { return memory_.as<T>(); }
  [[nodiscard]] std::vector<T> values() const {
    std::vector<T> out(count_);
    cuda::copy(out.data(), memory_.data(), count_ * sizeof(T), *stream_);
    stream_->synchronize();
    return out;
  }

 private:
  std::size_t count_;
  cuda::DeviceMemory memory_;
  const cuda::Stream* stream_;
};

/// Of what needs a card: reported as skipped where there is none.
class CudnnDeviceTest : public testing::Test {
 protected:
  void SetUp() override {
    const std::string why = cuda::why_unusable();
    if (!why.empty()) GTEST_SKIP() << why;
    stream_.emplace();
  }

  [[nodiscard]] const cuda::Stream& stream() const { return *stream_; }
  template <class T>
  [[nodiscard]] OnDevice<T> upload(const std::vector<T>& values) const {
    return {values, *stream_};
  }
  template <class T>
  [[nodiscard]] OnDevice<T> unwritten(std::int64_t count) const {
    return {poisoned<T>(count), *stream_};
  }

 private:
  std::optional<cuda::Stream> stream_;
};

}  // namespace vggflow::cudnn
