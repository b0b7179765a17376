#pragma once

#include <cublasLt.h>
#include <cudnn.h>

#include <memory>
#include <string>

#include "base/cuda/stream.h"
#include "base/export.h"
#include "base/unique_handle.h"

namespace vggflow::cudnn {

struct CudnnTraits {
  using Handle = cudnnHandle_t;
  static Handle none() { return nullptr; }
  static void close(Handle handle) noexcept { static_cast<void>(cudnnDestroy(handle)); }
};

struct CublasLtTraits {
  using Handle = cublasLtHandle_t;
  static Handle none() { return nullptr; }
  static void close(Handle handle) noexcept { static_cast<void>(cublasLtDestroy(handle)); }
};

/// Error (engine): call, status, context, and cuDNN's own last words.
void check(cudnnStatus_t status, const char* call, const std::string& context = {});
void check(cublasStatus_t status, const char* call, const std::string& context = {});

/// cuDNN for one stream of a card; or, to plan without a card, for one that is described.
class VGGFLOW_API Cudnn {
 public:
  explicit Cudnn(const cuda::Stream& stream);
  /// A card as cuDNN itself describes it (CUDNN_ATTR_DEVICEPROP_JSON_REPRESENTATION): plans can be
  /// made, and none can run.
  [[nodiscard]] static Cudnn described(std::string json);

  [[nodiscard]] cudnnHandle_t get() const { return handle_.get(); }
  [[nodiscard]] const std::string& description() const { return description_; }
  /// "cuDNN 9.19.0"
  [[nodiscard]] static std::string version();

 private:
  Cudnn() = default;
  UniqueHandle<CudnnTraits> handle_;
  std::string description_;  // of a card that is not here
};

class CublasLt {
 public:
  CublasLt();
  [[nodiscard]] cublasLtHandle_t get() const { return handle_.get(); }
  /// "cuBLAS 13.1.0"
  [[nodiscard]] static std::string version();

 private:
  UniqueHandle<CublasLtTraits> handle_;
};

}  // namespace vggflow::cudnn
