#pragma once

#include <cstdint>
#include <oneapi/dnnl/dnnl.hpp>
#include <string>

#include "base/export.h"

namespace vggflow::onednn {

using Desc = dnnl::memory::desc;
using Dims = dnnl::memory::dims;

/// A primitive made for one shape, and the layouts it wants; what it does not use is empty.
/// On a backward primitive `src`, `weights` and `dst` are also the layouts of their gradients.
struct Planned {
  dnnl::primitive primitive;
  Desc src;
  Desc weights;
  Desc dst;
  Desc workspace;
  Desc scratchpad;
  std::string name;    ///< "convolution (64, 3, 56, 56) -> (64, 16, 56, 56)": for messages
  bool plain = false;  ///< oneDNN has nothing better for these layouts than its plain loops
};

/// Where the elements of (N, C, H, W) values lie: channels may come in blocks, innermost.
struct BlobLayout {
  std::int64_t slots = 0;
  std::int64_t channels = 0;
  std::int64_t rows = 0;
  std::int64_t columns = 0;
  std::int64_t strides[4] = {};  ///< of N, C (or its blocks), H, W
  std::int64_t block = 1;

  [[nodiscard]] std::int64_t offset(std::int64_t n, std::int64_t c, std::int64_t y,
                                    std::int64_t x) const {
    return n * strides[0] + c / block * strides[1] + y * strides[2] + x * strides[3] + c % block;
  }
};

/// A convolution (stride 1) or an inner product, with bias and, fused, ReLU.
struct ProductShape {
  std::string name;         ///< of the layer
  bool convolution = true;  ///< false: inner product over the whole (C, H, W) of src
  Dims src;                 ///< (N, C, H, W)
  Dims weights;             ///< (O, C, kh, kw)
  Dims dst;                 ///< (N, O, h, w); of an inner product h = w = 1
  int padding = 0;
  bool relu = false;
  bool one_layout = true;  ///< an inner product takes its weights in one layout in all passes

  [[nodiscard]] Dims bias() const { return {weights[0]}; }
};

struct PoolShape {
  Desc src;
  Dims dst;  ///< (N, C, h, w)
  int window = 2;
};

struct LrnShape {
  Desc src;
  int size = 5;
  double alpha = 1e-4;  ///< divided by size, as oneDNN does too
  double beta = 0.75;
  double k = 2;
};

/// What of a product's backward pass somebody needs.
struct Gradients {
  bool source = true;
  bool weights = true;
};
struct TrainedProduct {
  Planned forward;
  Planned backward_data;     ///< empty where the source needs no gradient
  Planned backward_weights;  ///< empty where the weights need none
  [[nodiscard]] bool plain() const {
    return forward.plain || backward_data.plain || backward_weights.plain;
  }
};
struct Trained {
  Planned forward;
  Planned backward;
};

[[nodiscard]] Desc any_layout(const Dims& dims);
/// Row-major f32: (N, C, H, W), (O, I, kh, kw) or (O).
[[nodiscard]] VGGFLOW_API Desc plain_layout(const Dims& dims);
/// (N, H, W, C) in memory; `dims` are (N, C, H, W).
[[nodiscard]] Desc channels_last_layout(const Dims& dims);
/// Error (engine) for a layout that blocks anything but channels, once.
[[nodiscard]] VGGFLOW_API BlobLayout blob_layout(const Desc& desc);

/// Everything that differs between oneDNN 2.x and 3.x is behind these functions. Each throws Error
/// (engine) saying what could not be made, and for which shape.
[[nodiscard]] TrainedProduct plan_training(const dnnl::engine& engine, const ProductShape& shape,
                                           const Desc& src, const Gradients& wanted);
[[nodiscard]] Planned plan_scoring(const dnnl::engine& engine, const ProductShape& shape,
                                   const Desc& src);
[[nodiscard]] Trained plan_training(const dnnl::engine& engine, const PoolShape& shape);
[[nodiscard]] Planned plan_scoring(const dnnl::engine& engine, const PoolShape& shape);
[[nodiscard]] Trained plan_training(const dnnl::engine& engine, const LrnShape& shape);
[[nodiscard]] Planned plan_scoring(const dnnl::engine& engine, const LrnShape& shape);
/// ReLU; its backward pass reads the sign of the output, so both may work in place.
[[nodiscard]] Trained plan_relu(const dnnl::engine& engine, const Desc& data);
[[nodiscard]] Planned plan_reorder(const dnnl::engine& engine, const Desc& from, const Desc& to);

}  // namespace vggflow::onednn
