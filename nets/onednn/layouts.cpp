// How a layout shows its strides and blocks is what differs here between oneDNN 2.x and 3.x.
#include <algorithm>

#include "base/error.h"
#include "nets/onednn/primitives.h"

namespace vggflow::onednn {

Desc any_layout(const Dims& dims) {
  return {dims, dnnl::memory::data_type::f32, dnnl::memory::format_tag::any};
}

Desc plain_layout(const Dims& dims) {
  return {dims, dnnl::memory::data_type::f32,
          dims.size() == 1 ? dnnl::memory::format_tag::x : dnnl::memory::format_tag::nchw};
}

Desc channels_last_layout(const Dims& dims) {
  return {dims, dnnl::memory::data_type::f32, dnnl::memory::format_tag::nhwc};
}

BlobLayout blob_layout(const Desc& desc) {
  const auto dims = desc.dims();
  const auto& blocking = desc.data.format_desc.blocking;
  BlobLayout out{dims[0], dims[1], dims[2], dims[3], {}, 1};
  std::copy_n(blocking.strides, 4, out.strides);
  if (blocking.inner_nblks == 0) return out;
  if (blocking.inner_nblks > 1 || blocking.inner_idxs[0] != 1) {
    throw Error(Origin::engine, "a layout that does not block channels alone, and once");
  }
  out.block = blocking.inner_blks[0];
  return out;
}

}  // namespace vggflow::onednn
