#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "base/export.h"
#include "nets/cudnn/convolution_problem.h"
#include "nets/cudnn/handles.h"

namespace vggflow::cudnn {

/// Where a convolution's tensors lie on the card. Each pass reads and writes its own:
/// forward: source, weights, bias -> output; backward data: gradient, weights -> source_gradient;
/// backward filter: source, gradient -> weight_gradient. All of the precision's element type: of
/// bf16 tensors cuDNN 9 makes neither f32 filter gradients, nor adds an f32 bias without compiling.
struct ConvolutionTensors {
  void* source = nullptr;
  void* weights = nullptr;
  void* bias = nullptr;
  void* output = nullptr;
  void* gradient = nullptr;
  void* source_gradient = nullptr;
  void* weight_gradient = nullptr;
};

/// A cuDNN graph of one convolution with what is fused into it, and the ways (engines with their
/// settings) in which cuDNN would compute it, best first as its heuristics see them.
class VGGFLOW_API ConvolutionPlan {
 public:
  /// Builds and validates the graph. Error (engine) if cuDNN knows no way at all, none within
  /// `workspace_limit` bytes, or, where asked for, no deterministic one.
  ConvolutionPlan(const Cudnn& cudnn, const ConvolutionProblem& problem,
                  std::size_t workspace_limit);
  ~ConvolutionPlan();
  ConvolutionPlan(ConvolutionPlan&& other) noexcept;
  ConvolutionPlan& operator=(ConvolutionPlan&& other) noexcept;

  [[nodiscard]] const ConvolutionProblem& problem() const;
  [[nodiscard]] int ways() const;
  /// "eng5_k2=3...": stays the same for one version of cuDNN.
  [[nodiscard]] std::string way_name(int way) const;
  /// Makes way `way` ready to run; false where cuDNN refuses it after all.
  [[nodiscard]] bool prepare(int way);
  /// The one that run() takes: the first that prepare() accepts, until said otherwise.
  void choose(int way);
  [[nodiscard]] int chosen() const;
  [[nodiscard]] std::size_t workspace_bytes() const;  ///< of the chosen way

  /// On the handle's stream. `workspace` holds at least workspace_bytes().
  void run(const Cudnn& cudnn, const ConvolutionTensors& tensors, void* workspace) const;

 private:
  struct Graph;
  std::unique_ptr<Graph> graph_;
};

}  // namespace vggflow::cudnn
