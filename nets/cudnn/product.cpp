#include "nets/cudnn/product.h"

#include "base/error.h"

namespace vggflow::cudnn {
namespace {

// cuBLASLt is column-major, and a row-major (r, c) is a column-major (c, r): the products are
// computed transposed, with the right factor first.

struct MatmulShape {
  std::int64_t m, n, k;
  cublasOperation_t first, second;
};

MatmulShape shape_of(const ProductProblem& p) {
  switch (p.kind) {
    case ProductKind::forward:
    case ProductKind::forward_scores:
      return {p.outputs, p.rows, p.inputs, CUBLAS_OP_T, CUBLAS_OP_N};  // y^T = w x^T
    case ProductKind::backward_data:
      return {p.inputs, p.rows, p.outputs, CUBLAS_OP_N, CUBLAS_OP_N};  // dx^T = w^T dy^T
    case ProductKind::backward_filter:
      return {p.inputs, p.outputs, p.rows, CUBLAS_OP_N, CUBLAS_OP_T};  // dw^T = x^T dy
  }
  return {};
}

const char* name(ProductKind kind) {
  switch (kind) {
    case ProductKind::forward:
      return "forward";
    case ProductKind::forward_scores:
      return "forward scores";
    case ProductKind::backward_data:
      return "backward data";
    case ProductKind::backward_filter:
      return "backward filter";
  }
  return "";
}

cudaDataType stored_type(Precision precision) {
  return precision == Precision::bf16 ? CUDA_R_16BF : CUDA_R_32F;
}

bool into_f32(ProductKind kind) {
  return kind == ProductKind::forward_scores || kind == ProductKind::backward_filter;
}

bool accumulates(const ProductProblem& problem) {
  return problem.kind == ProductKind::forward_scores || problem.add;
}

// Bytes; of parameters in their arena.
constexpr std::uint32_t kAlignment = 16;

// How parts of a sum may come together.
std::uint32_t allowed_schemes(const ProductProblem& problem) {
  std::uint32_t schemes = CUBLASLT_REDUCTION_SCHEME_MASK;
  // In any order:
  if (problem.deterministic) schemes &= ~std::uint32_t{CUBLASLT_REDUCTION_SCHEME_INPLACE};
  // In bf16:
  if (problem.precision == Precision::bf16 && !into_f32(problem.kind)) {
    schemes &= ~std::uint32_t{CUBLASLT_REDUCTION_SCHEME_OUTPUT_TYPE};
  }
  return schemes;
}

template <class T>
void set(cublasLtMatmulDesc_t operation, cublasLtMatmulDescAttributes_t attribute, const T& value) {
  check(cublasLtMatmulDescSetAttribute(operation, attribute, &value, sizeof value),
        "cublasLtMatmulDescSetAttribute");
}

template <class T>
void set(cublasLtMatmulPreference_t preference, cublasLtMatmulPreferenceAttributes_t attribute,
         const T& value) {
  check(cublasLtMatmulPreferenceSetAttribute(preference, attribute, &value, sizeof value),
        "cublasLtMatmulPreferenceSetAttribute");
}

cublasLtMatrixLayout_t matrix(cudaDataType type, std::int64_t rows, std::int64_t columns) {
  cublasLtMatrixLayout_t layout = nullptr;
  check(cublasLtMatrixLayoutCreate(&layout, type, static_cast<std::uint64_t>(rows),
                                   static_cast<std::uint64_t>(columns), rows),
        "cublasLtMatrixLayoutCreate");
  return layout;
}

struct PreferenceTraits {
  using Handle = cublasLtMatmulPreference_t;
  static Handle none() { return nullptr; }
  static void close(Handle handle) noexcept {
    static_cast<void>(cublasLtMatmulPreferenceDestroy(handle));
  }
};

}  // namespace

std::string ProductProblem::text() const {
  return std::string("product ") + name(kind) + " " + to_string(precision) + " " +
         std::to_string(rows) + "x" + std::to_string(inputs) + "x" + std::to_string(outputs);
}

Product::Product(const ProductProblem& problem) : problem_(problem) {
  describe_operation();
  describe_layouts();
}

void Product::describe_operation() {
  const auto compute =
      problem_.precision == Precision::tf32 ? CUBLAS_COMPUTE_32F_FAST_TF32 : CUBLAS_COMPUTE_32F;
  cublasLtMatmulDesc_t operation = nullptr;
  check(cublasLtMatmulDescCreate(&operation, compute, CUDA_R_32F), "cublasLtMatmulDescCreate");
  operation_.reset(operation);
  const MatmulShape shape = shape_of(problem_);
  set(operation, CUBLASLT_MATMUL_DESC_TRANSA, shape.first);
  set(operation, CUBLASLT_MATMUL_DESC_TRANSB, shape.second);
  if (problem_.kind != ProductKind::forward) return;
  set(operation, CUBLASLT_MATMUL_DESC_EPILOGUE,
      problem_.relu ? CUBLASLT_EPILOGUE_RELU_BIAS : CUBLASLT_EPILOGUE_BIAS);
  set(operation, CUBLASLT_MATMUL_DESC_BIAS_DATA_TYPE, stored_type(problem_.precision));
  // The heuristics want to see a bias; run() says where it lies.
  set(operation, CUBLASLT_MATMUL_DESC_BIAS_POINTER, reinterpret_cast<const void*>(kAlignment));
}

void Product::describe_layouts() {
  const MatmulShape shape = shape_of(problem_);
  const cudaDataType stored = stored_type(problem_.precision);
  const bool turned = shape.first == CUBLAS_OP_T;
  a_.reset(turned ? matrix(stored, shape.k, shape.m) : matrix(stored, shape.m, shape.k));
  b_.reset(shape.second == CUBLAS_OP_T ? matrix(stored, shape.n, shape.k)
                                       : matrix(stored, shape.k, shape.n));
  result_.reset(matrix(into_f32(problem_.kind) ? CUDA_R_32F : stored, shape.m, shape.n));
}

void Product::prepare(const CublasLt& cublas, std::size_t workspace_limit) {
  cublasLtMatmulPreference_t made = nullptr;
  check(cublasLtMatmulPreferenceCreate(&made), "cublasLtMatmulPreferenceCreate");
  const UniqueHandle<PreferenceTraits> preference(made);
  set(made, CUBLASLT_MATMUL_PREF_MAX_WORKSPACE_BYTES, workspace_limit);
  set(made, CUBLASLT_MATMUL_PREF_REDUCTION_SCHEME_MASK, allowed_schemes(problem_));
  for (const auto matrix :
       {CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_A_BYTES, CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_B_BYTES,
        CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_C_BYTES, CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_D_BYTES}) {
    set(made, matrix, kAlignment);
  }
  int found = 0;
  check(cublasLtMatmulAlgoGetHeuristic(cublas.get(), operation_.get(), a_.get(), b_.get(),
                                       result_.get(), result_.get(), made, 1, &heuristic_, &found),
        "cublasLtMatmulAlgoGetHeuristic", problem_.text());
  if (found == 0) {
    throw Error(Origin::engine, "cuBLASLt has no way to compute " + problem_.text() + " in " +
                                    std::to_string(workspace_limit >> 20) + " MiB of workspace");
  }
}

void Product::run(const CublasLt& cublas, const ProductTensors& tensors, void* workspace,
                  const cuda::Stream& stream) const {
  if (problem_.kind == ProductKind::forward) {
    set(operation_.get(), CUBLASLT_MATMUL_DESC_BIAS_POINTER, tensors.bias);
  }
  const float one = 1;
  const float beta = accumulates(problem_) ? 1 : 0;
  check(
      cublasLtMatmul(cublas.get(), operation_.get(), &one, tensors.right, a_.get(), tensors.left,
                     b_.get(), &beta, tensors.result, result_.get(), tensors.result, result_.get(),
                     &heuristic_.algo, workspace, heuristic_.workspaceSize, stream.get()),
      "cublasLtMatmul", problem_.text());
}

}  // namespace vggflow::cudnn
