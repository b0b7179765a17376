#include "nets/cudnn/element_type.h"
#include "nets/cudnn/kernels/gradient.h"
#include "nets/cudnn/kernels/lrn.h"
#include "nets/cudnn/kernels/max_pool.h"
#include "nets/cudnn/kernels/relu.h"
#include "nets/cudnn/operations.h"

namespace vggflow::cudnn {

MaxPoolOperation::MaxPoolOperation(std::string name, const Map& source, const Map& output,
                                   int window, const Blobs& blobs)
    : Operation(std::move(name)),
      source_(source),
      output_(output),
      window_(window),
      blobs_(blobs) {}

void MaxPoolOperation::forward(const StepContext& context) {
  with_element_type(context.precision, [&]<class T>(T) {
    auto* places = blobs_.places ? context.at<std::uint8_t>(*blobs_.places) : nullptr;
    max_pool<T>(source_.shape, window_, context.at<T>(source_.blob), context.at<T>(output_.blob),
                places, context.stream);
  });
}

void MaxPoolOperation::backward(const StepContext& context) {
  if (!blobs_.source_gradient) return;
  with_element_type(context.precision, [&]<class T>(T) {
    max_pool_gradient<T>(source_.shape, window_, context.at<T>(output_.blob),
                         context.at<std::uint8_t>(*blobs_.places), context.at<T>(*blobs_.gradient),
                         blobs_.mask_relu, context.at<T>(*blobs_.source_gradient), context.stream);
  });
}

WideningOperation::WideningOperation(std::string name, const Map& source, const Map& output)
    : Operation(std::move(name)), source_(source), output_(output) {}

void WideningOperation::forward(const StepContext& context) {
  with_element_type(context.precision, [&]<class T>(T) {
    collect<T>(context.at<T>(source_.blob), context.at<float>(output_.blob),
               source_.shape.elements(), false, context.stream);
  });
}

LrnOperation::LrnOperation(std::string name, const Map& source, const Map& output, const Lrn& layer,
                           std::optional<BlobId> gradient, std::optional<BlobId> source_gradient)
    : Operation(std::move(name)),
      source_(source),
      output_(output),
      layer_(layer),
      gradient_(gradient),
      source_gradient_(source_gradient) {}

void LrnOperation::forward(const StepContext& context) {
  with_element_type(context.precision, [&]<class T>(T) {
    lrn<T>(source_.shape, source_.channels, layer_, context.at<T>(source_.blob),
           context.at<T>(output_.blob), context.stream);
  });
}

void LrnOperation::backward(const StepContext& context) {
  if (!source_gradient_) return;
  with_element_type(context.precision, [&]<class T>(T) {
    lrn_gradient<T>(source_.shape, source_.channels, layer_, context.at<T>(source_.blob),
                    context.at<T>(*gradient_), context.at<T>(*source_gradient_), context.stream);
  });
}

ReluOperation::ReluOperation(std::string name, const Map& map, std::optional<BlobId> gradient)
    : Operation(std::move(name)), map_(map), gradient_(gradient) {}

void ReluOperation::forward(const StepContext& context) {
  with_element_type(context.precision, [&]<class T>(T) {
    relu<T>(context.at<T>(map_.blob), map_.shape.elements(), context.stream);
  });
}

void ReluOperation::backward(const StepContext& context) {
  if (!gradient_) return;
  with_element_type(context.precision, [&]<class T>(T) {
    mask_relu<T>(context.at<T>(map_.blob), context.at<T>(*gradient_), map_.shape.elements(),
                 context.stream);
  });
}

DropoutOperation::DropoutOperation(std::string name, const Map& map, const DropoutLayer& layer,
                                   bool mask_relu, std::optional<BlobId> gradient)
    : Operation(std::move(name)),
      map_(map),
      layer_(layer),
      mask_relu_(mask_relu),
      gradient_(gradient) {}

void DropoutOperation::forward(const StepContext& context) {
  with_element_type(context.precision, [&]<class T>(T) {
    dropout<T>(context.at<T>(map_.blob), map_.shape, map_.channels, layer_, context.step,
               context.stream);
  });
}

void DropoutOperation::backward(const StepContext& context) {
  if (!gradient_) return;
  with_element_type(context.precision, [&]<class T>(T) {
    const T* output = mask_relu_ ? context.at<T>(map_.blob) : nullptr;
    dropout_gradient<T>(context.at<T>(*gradient_), output, map_.shape, map_.channels, layer_,
                        context.step, context.stream);
  });
}

}  // namespace vggflow::cudnn
