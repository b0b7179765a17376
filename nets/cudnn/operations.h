#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "base/cuda/memory.h"
#include "nets/cudnn/convolution_plan.h"
#include "nets/cudnn/device_parameters.h"
#include "nets/cudnn/kernels/dropout.h"
#include "nets/cudnn/kernels/step.h"
#include "nets/cudnn/memory_plan.h"
#include "nets/cudnn/product.h"

namespace vggflow::cudnn {

/// A block of a MemoryPlan.
using BlobId = std::size_t;

/// Activations on their way through the net.
struct Map {
  BlobId blob = 0;
  MapShape shape;    ///< channels padded
  int channels = 0;  ///< true ones
};

/// What all operations of a plan compute on.
struct StepContext {
  const Cudnn& cudnn;
  const CublasLt& cublas;
  const cuda::Stream& stream;
  const MemoryPlan& plan;
  const DeviceParameters& parameters;
  Precision precision;
  char* arena = nullptr;
  void* workspace = nullptr;
  const DeviceStep* step = nullptr;
  bool add = false;  ///< gradients add up with those of an earlier pass

  template <class T = void>
  [[nodiscard]] T* at(BlobId blob) const {
    return reinterpret_cast<T*>(arena + plan.offset(blob));
  }
};

/// Chooses among the ways of a convolution by running them.
class WayChooser {
 public:
  virtual ~WayChooser() = default;
  virtual void choose(ConvolutionPlan& plan, const ConvolutionTensors& tensors) = 0;
};

/// A layer, or several in one, of a training step; backward() runs once the gradient of its output
/// is there, and leaves that of its source.
class Operation {
 public:
  explicit Operation(std::string name) : name_(std::move(name)) {}
  virtual ~Operation() = default;
  [[nodiscard]] const std::string& name() const { return name_; }
  virtual void forward(const StepContext& context) = 0;
  virtual void backward(const StepContext& context) = 0;
  /// What needs the card: the algorithms of products.
  virtual void prepare(const CublasLt& /*cublas*/, std::size_t /*workspace_limit*/) {}
  virtual void choose_ways(const StepContext& /*context*/, WayChooser& /*chooser*/) {}
  /// Of its convolutions and products.
  [[nodiscard]] virtual std::size_t workspace_bytes() const { return 0; }

 private:
  std::string name_;
};

/// What a convolution or a fully connected layer needs for its gradients.
struct ProductGradients {
  BlobId output = 0;                   ///< gradient of the output
  std::optional<BlobId> source = {};   ///< gradient of the source, if wanted
  std::optional<BlobId> weights = {};  ///< room for cuDNN's gradient, if the layer learns
  std::optional<BlobId> sums = {};     ///< scratch of the bias's gradient, likewise
  bool mask_relu = false;              ///< the output's gradient still wants the fused ReLU's
};

struct LearnedLayer {
  const DeviceTensor* weight = nullptr;
  const DeviceTensor* bias = nullptr;
};

class ConvolutionOperation : public Operation {
 public:
  struct Plans {
    ConvolutionPlan forward;
    std::optional<ConvolutionPlan> backward_data = {};
    std::optional<ConvolutionPlan> backward_filter = {};
  };
  ConvolutionOperation(const LearnedLayer& layer, const Map& source, const Map& output,
                       const ProductGradients& gradients, Plans plans);
  void forward(const StepContext& context) override;
  void backward(const StepContext& context) override;
  void choose_ways(const StepContext& context, WayChooser& chooser) override;
  [[nodiscard]] std::size_t workspace_bytes() const override;

 private:
  [[nodiscard]] ConvolutionTensors tensors(const StepContext& context) const;

  LearnedLayer layer_;
  Map source_, output_;
  ProductGradients gradients_;
  Plans plans_;
};

/// The last one's output is f32.
class FullyConnectedOperation : public Operation {
 public:
  struct Plans {
    Product forward;
    std::optional<Product> backward_data = {};
    std::optional<Product> backward_filter = {};
    std::optional<Product> backward_filter_more = {};  ///< adds up
  };
  FullyConnectedOperation(const LearnedLayer& layer, const Map& source, const Map& output,
                          bool last, const ProductGradients& gradients, Plans plans);
  void prepare(const CublasLt& cublas, std::size_t workspace_limit) override;
  void forward(const StepContext& context) override;
  void backward(const StepContext& context) override;
  [[nodiscard]] std::size_t workspace_bytes() const override;

 private:
  LearnedLayer layer_;
  Map source_, output_;
  bool last_;
  ProductGradients gradients_;
  Plans plans_;
};

class MaxPoolOperation : public Operation {
 public:
  struct Blobs {
    std::optional<BlobId> places = {};           ///< unless only scored
    std::optional<BlobId> gradient = {};         ///< of the output
    std::optional<BlobId> source_gradient = {};  ///< if wanted
    bool mask_relu = false;                      ///< of the ReLU before it
  };
  MaxPoolOperation(std::string name, const Map& source, const Map& output, int window,
                   const Blobs& blobs);
  void forward(const StepContext& context) override;
  void backward(const StepContext& context) override;

 private:
  Map source_, output_;
  int window_;
  Blobs blobs_;
};

/// Maps as f32; of scores that a convolution made.
class WideningOperation : public Operation {
 public:
  WideningOperation(std::string name, const Map& source, const Map& output);
  void forward(const StepContext& context) override;
  void backward(const StepContext& /*context*/) override {}

 private:
  Map source_, output_;
};

class LrnOperation : public Operation {
 public:
  LrnOperation(std::string name, const Map& source, const Map& output, const Lrn& layer,
               std::optional<BlobId> gradient, std::optional<BlobId> source_gradient);
  void forward(const StepContext& context) override;
  void backward(const StepContext& context) override;

 private:
  Map source_, output_;
  Lrn layer_;
  std::optional<BlobId> gradient_, source_gradient_;
};

/// A ReLU that could not be fused. In place, and so is its gradient.
class ReluOperation : public Operation {
 public:
  ReluOperation(std::string name, const Map& map, std::optional<BlobId> gradient);
  void forward(const StepContext& context) override;
  void backward(const StepContext& context) override;

 private:
  Map map_;
  std::optional<BlobId> gradient_;
};

/// In place, and so is its gradient.
class DropoutOperation : public Operation {
 public:
  DropoutOperation(std::string name, const Map& map, const DropoutLayer& layer, bool mask_relu,
                   std::optional<BlobId> gradient);
  void forward(const StepContext& context) override;
  void backward(const StepContext& context) override;

 private:
  Map map_;
  DropoutLayer layer_;
  bool mask_relu_;  // also the gradient of the fused ReLU before it
  std::optional<BlobId> gradient_;
};

}  // namespace vggflow::cudnn
