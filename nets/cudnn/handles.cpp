#include "nets/cudnn/handles.h"

#include <array>
#include <utility>

#include "base/error.h"

namespace vggflow::cudnn {
namespace {

std::string failure(const char* call, const char* status, const std::string& context) {
  std::string text = std::string(call) + ": " + status;
  if (!context.empty()) text += ", " + context;
  return text;
}

}  // namespace

void check(cudnnStatus_t status, const char* call, const std::string& context) {
  if (status == CUDNN_STATUS_SUCCESS) return;
  std::array<char, 1024> words{};
  cudnnGetLastErrorString(words.data(), words.size());
  std::string text = failure(call, cudnnGetErrorString(status), context);
  if (words[0] != '\0') text += std::string(": ") + words.data();
  throw Error(Origin::engine, text);
}

void check(cublasStatus_t status, const char* call, const std::string& context) {
  if (status == CUBLAS_STATUS_SUCCESS) return;
  throw Error(Origin::engine, failure(call, cublasLtGetStatusString(status), context));
}

Cudnn::Cudnn(const cuda::Stream& stream) {
  cudnnHandle_t handle = nullptr;
  check(cudnnCreate(&handle), "cudnnCreate");
  handle_.reset(handle);
  check(cudnnSetStream(handle, stream.get()), "cudnnSetStream");
}

Cudnn Cudnn::described(std::string json) {
  Cudnn cudnn;
  cudnn.description_ = std::move(json);
  return cudnn;
}

std::string Cudnn::version() {
  const std::size_t number = cudnnGetVersion();  // 91900 is 9.19.0
  return "cuDNN " + std::to_string(number / 10000) + "." + std::to_string(number / 100 % 100) +
         "." + std::to_string(number % 100);
}

CublasLt::CublasLt() {
  cublasLtHandle_t handle = nullptr;
  check(cublasLtCreate(&handle), "cublasLtCreate");
  handle_.reset(handle);
}

std::string CublasLt::version() {
  const std::size_t number = cublasLtGetVersion();  // 130100 is 13.1.0
  return "cuBLAS " + std::to_string(number / 10000) + "." + std::to_string(number / 100 % 100) +
         "." + std::to_string(number % 100);
}

}  // namespace vggflow::cudnn
