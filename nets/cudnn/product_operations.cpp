#include <algorithm>

#include "nets/cudnn/element_type.h"
#include "nets/cudnn/kernels/column_sums.h"
#include "nets/cudnn/kernels/gradient.h"
#include "nets/cudnn/kernels/relu.h"
#include "nets/cudnn/kernels/rows.h"
#include "nets/cudnn/operations.h"

namespace vggflow::cudnn {
namespace {

void mask_output_gradient(const StepContext& context, const Map& output,
                          const ProductGradients& gradients) {
  if (!gradients.mask_relu) return;
  with_element_type(context.precision, [&]<class T>(T) {
    mask_relu<T>(context.at<T>(output.blob), context.at<T>(gradients.output),
                 output.shape.elements(), context.stream);
  });
}

void sum_bias_gradient(const StepContext& context, const LearnedLayer& layer, const Map& output,
                       const ProductGradients& gradients) {
  with_element_type(context.precision, [&]<class T>(T) {
    column_sums<T>(context.at<T>(gradients.output), output.shape.elements() / output.shape.channels,
                   output.shape.channels, context.parameters.gradient(*layer.bias),
                   context.at<float>(*gradients.sums), context.add, context.stream);
  });
}

}  // namespace

ConvolutionOperation::ConvolutionOperation(const LearnedLayer& layer, const Map& source,
                                           const Map& output, const ProductGradients& gradients,
                                           Plans plans)
    : Operation(layer.weight->shape.layer),
      layer_(layer),
      source_(source),
      output_(output),
      gradients_(gradients),
      plans_(std::move(plans)) {}

ConvolutionTensors ConvolutionOperation::tensors(const StepContext& context) const {
  ConvolutionTensors tensors{.source = context.at(source_.blob),
                             .weights = context.parameters.values(*layer_.weight),
                             .bias = context.parameters.values(*layer_.bias),
                             .output = context.at(output_.blob)};
  if (plans_.backward_data || plans_.backward_filter) {
    tensors.gradient = context.at(gradients_.output);
  }
  if (gradients_.source) tensors.source_gradient = context.at(*gradients_.source);
  if (gradients_.weights) tensors.weight_gradient = context.at(*gradients_.weights);
  return tensors;
}

void ConvolutionOperation::forward(const StepContext& context) {
  plans_.forward.run(context.cudnn, tensors(context), context.workspace);
}

void ConvolutionOperation::backward(const StepContext& context) {
  mask_output_gradient(context, output_, gradients_);
  if (plans_.backward_filter) {
    plans_.backward_filter->run(context.cudnn, tensors(context), context.workspace);
    with_element_type(context.precision, [&]<class T>(T) {
      collect<T>(context.at<T>(*gradients_.weights), context.parameters.gradient(*layer_.weight),
                 layer_.weight->elements(), context.add, context.stream);
    });
    sum_bias_gradient(context, layer_, output_, gradients_);
  }
  if (plans_.backward_data) {
    plans_.backward_data->run(context.cudnn, tensors(context), context.workspace);
  }
}

void ConvolutionOperation::choose_ways(const StepContext& context, WayChooser& chooser) {
  chooser.choose(plans_.forward, tensors(context));
  if (plans_.backward_filter) chooser.choose(*plans_.backward_filter, tensors(context));
  if (plans_.backward_data) chooser.choose(*plans_.backward_data, tensors(context));
}

std::size_t ConvolutionOperation::workspace_bytes() const {
  std::size_t most = plans_.forward.workspace_bytes();
  if (plans_.backward_data) most = std::max(most, plans_.backward_data->workspace_bytes());
  if (plans_.backward_filter) most = std::max(most, plans_.backward_filter->workspace_bytes());
  return most;
}

FullyConnectedOperation::FullyConnectedOperation(const LearnedLayer& layer, const Map& source,
                                                 const Map& output, bool last,
                                                 const ProductGradients& gradients, Plans plans)
    : Operation(layer.weight->shape.layer),
      layer_(layer),
      source_(source),
      output_(output),
      last_(last),
      gradients_(gradients),
      plans_(std::move(plans)) {}

void FullyConnectedOperation::prepare(const CublasLt& cublas, std::size_t workspace_limit) {
  plans_.forward.prepare(cublas, workspace_limit);
  for (auto* plan :
       {&plans_.backward_data, &plans_.backward_filter, &plans_.backward_filter_more}) {
    if (*plan) (*plan)->prepare(cublas, workspace_limit);
  }
}

void FullyConnectedOperation::forward(const StepContext& context) {
  if (last_) {
    fill_rows(context.at<float>(output_.blob), output_.shape.elements() / output_.shape.channels,
              output_.shape.channels, context.parameters.weights(*layer_.bias), context.stream);
  }
  plans_.forward.run(context.cublas,
                     {.left = context.at(source_.blob),
                      .right = context.parameters.values(*layer_.weight),
                      .bias = context.parameters.values(*layer_.bias),
                      .result = context.at(output_.blob)},
                     context.workspace, context.stream);
}

void FullyConnectedOperation::backward(const StepContext& context) {
  mask_output_gradient(context, output_, gradients_);
  const void* gradient = context.at(gradients_.output);
  if (plans_.backward_filter) {
    const Product& plan = context.add ? *plans_.backward_filter_more : *plans_.backward_filter;
    plan.run(context.cublas,
             {.left = gradient,
              .right = context.at(source_.blob),
              .result = context.parameters.gradient(*layer_.weight)},
             context.workspace, context.stream);
    sum_bias_gradient(context, layer_, output_, gradients_);
  }
  if (plans_.backward_data) {
    plans_.backward_data->run(context.cublas,
                              {.left = gradient,
                               .right = context.parameters.values(*layer_.weight),
                               .result = context.at(*gradients_.source)},
                              context.workspace, context.stream);
  }
}

std::size_t FullyConnectedOperation::workspace_bytes() const {
  std::size_t most = plans_.forward.workspace_bytes();
  for (const auto* plan :
       {&plans_.backward_data, &plans_.backward_filter, &plans_.backward_filter_more}) {
    if (*plan) most = std::max(most, (*plan)->workspace_bytes());
  }
  return most;
}

}  // namespace vggflow::cudnn
