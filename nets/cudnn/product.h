#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "base/cuda/stream.h"
#include "nets/cudnn/handles.h"
#include "nets/engine.h"

namespace vggflow::cudnn {

/// One matrix product of a fully connected layer; rows of x are slots (or positions of maps).
enum class ProductKind {
  forward,         ///< y (rows, outputs) = x (rows, inputs) w^T + bias, and a ReLU if asked for
  forward_scores,  ///< y f32 += x w^T: y holds the bias before
  backward_data,   ///< dx (rows, inputs) = dy (rows, outputs) w
  backward_filter  ///< dw f32 (outputs, inputs) = dy^T x, or += it
};

struct ProductProblem {
  ProductKind kind = ProductKind::forward;
  Precision precision = Precision::bf16;
  std::int64_t rows = 0;
  std::int64_t inputs = 0;   ///< padded
  std::int64_t outputs = 0;  ///< padded
  bool relu = false;         ///< of forward
  bool add = false;          ///< of backward_filter
  bool deterministic = false;
  [[nodiscard]] std::string text() const;
};

/// Operands, row-major on the card: x and w, dy and w, or dy and x give y, dx or dw.
struct ProductTensors {
  const void* left = nullptr;   ///< x or dy
  const void* right = nullptr;  ///< w or x
  const void* bias = nullptr;   ///< of forward
  void* result = nullptr;
};

/// A product with the algorithm that cuBLASLt's heuristics think best.
class Product {
 public:
  explicit Product(const ProductProblem& problem);

  /// Chooses the algorithm: once, before anything else. Error (engine) if there is none within
  /// `workspace_limit` bytes.
  void prepare(const CublasLt& cublas, std::size_t workspace_limit);
  void run(const CublasLt& cublas, const ProductTensors& tensors, void* workspace,
           const cuda::Stream& stream) const;
  [[nodiscard]] std::size_t workspace_bytes() const { return heuristic_.workspaceSize; }

 private:
  struct OperationTraits {
    using Handle = cublasLtMatmulDesc_t;
    static Handle none() { return nullptr; }
    static void close(Handle handle) noexcept {
      static_cast<void>(cublasLtMatmulDescDestroy(handle));
    }
  };
  struct LayoutTraits {
    using Handle = cublasLtMatrixLayout_t;
    static Handle none() { return nullptr; }
    static void close(Handle handle) noexcept {
      static_cast<void>(cublasLtMatrixLayoutDestroy(handle));
    }
  };
  using Layout = UniqueHandle<LayoutTraits>;

  void describe_operation();
  void describe_layouts();
  ProductProblem problem_;
  UniqueHandle<OperationTraits> operation_;
  Layout a_, b_, result_;
  cublasLtMatmulHeuristicResult_t heuristic_{};
};

}  // namespace vggflow::cudnn
