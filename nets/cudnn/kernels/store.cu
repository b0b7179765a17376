#include "nets/cudnn/kernels/store.h"

namespace vggflow::cudnn {
namespace {

template <class Value>
__global__ void store_value(Value value, Value* to) {
  *to = value;
}

}  // namespace

void store(const DeviceStep& value, DeviceStep* to, const cuda::Stream& stream) {
  store_value<<<1, 1, 0, stream.get()>>>(value, to);
  cuda::check_launch("store");
}

void store(const DeviceRates& value, DeviceRates* to, const cuda::Stream& stream) {
  store_value<<<1, 1, 0, stream.get()>>>(value, to);
  cuda::check_launch("store");
}

}  // namespace vggflow::cudnn
