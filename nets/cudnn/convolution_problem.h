#pragma once

#include <string>

#include "nets/engine.h"

namespace vggflow::cudnn {

enum class Pass { forward, backward_data, backward_filter };

/// One convolution of a step: stride 1, maps (N, H, W, C) channels last, filters (K, R, S, C).
struct ConvolutionProblem {
  Pass pass = Pass::forward;
  Precision precision = Precision::bf16;
  int slots = 0;
  int height = 0;  ///< of the source, px
  int width = 0;
  int inputs = 0;   ///< C, padded
  int outputs = 0;  ///< K, padded
  int kernel_height = 3;
  int kernel_width = 3;
  /// Zeros around the source so that the output keeps its size; else only whole windows.
  bool same = true;
  bool relu = false;  ///< of the forward pass, after the bias
  bool deterministic = false;

  [[nodiscard]] int pad_height() const { return same ? (kernel_height - 1) / 2 : 0; }
  [[nodiscard]] int pad_width() const { return same ? (kernel_width - 1) / 2 : 0; }
  [[nodiscard]] int output_height() const { return height + 2 * pad_height() - kernel_height + 1; }
  [[nodiscard]] int output_width() const { return width + 2 * pad_width() - kernel_width + 1; }
  /// "forward bf16 256x224x224x64 3x3x64 relu": names it in errors, and in the cache of plans.
  [[nodiscard]] std::string text() const;
  friend bool operator==(const ConvolutionProblem&, const ConvolutionProblem&) = default;
};

}  // namespace vggflow::cudnn
