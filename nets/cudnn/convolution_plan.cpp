#include "nets/cudnn/convolution_plan.h"

#include <cudnn_frontend.h>

#include <cstdint>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/error.h"

namespace vggflow::cudnn {
namespace {

namespace fe = cudnn_frontend;
using TensorHandle = std::shared_ptr<fe::graph::Tensor_attributes>;

enum Uid : std::int64_t {
  kSource = 1,
  kWeights,
  kBias,
  kOutput,
  kGradient,
  kSourceGradient,
  kWeightGradient
};

void check(fe::error_t status, const char* call, const ConvolutionProblem& problem) {
  if (status.is_good()) return;
  throw Error(Origin::engine,
              std::string("cuDNN, ") + call + ", " + problem.text() + ": " + status.get_message());
}

fe::DataType_t stored_type(Precision precision) {
  return precision == Precision::bf16 ? fe::DataType_t::BFLOAT16 : fe::DataType_t::FLOAT;
}

/// Dimensions as cuDNN names them, (N, C, H, W), laid out channels last.
struct Layout {
  std::int64_t n, c, h, w;
  [[nodiscard]] std::vector<std::int64_t> dims() const { return {n, c, h, w}; }
  [[nodiscard]] std::vector<std::int64_t> strides() const { return {h * w * c, 1, w * c, c}; }
};

Layout source_layout(const ConvolutionProblem& p) { return {p.slots, p.inputs, p.height, p.width}; }
Layout output_layout(const ConvolutionProblem& p) {
  return {p.slots, p.outputs, p.output_height(), p.output_width()};
}
Layout weight_layout(const ConvolutionProblem& p) {
  return {p.outputs, p.inputs, p.kernel_height, p.kernel_width};
}

/// Puts one pass together.
class GraphBuilder {
 public:
  GraphBuilder(fe::graph::Graph& graph, const ConvolutionProblem& problem)
      : graph_(graph), problem_(problem), stored_(stored_type(problem.precision)) {
    graph_.set_io_data_type(stored_)
        .set_intermediate_data_type(fe::DataType_t::FLOAT)
        .set_compute_data_type(fe::DataType_t::FLOAT);
  }

  void build() {
    switch (problem_.pass) {
      case Pass::forward:
        return forward();
      case Pass::backward_data:
        return backward_data();
      case Pass::backward_filter:
        return backward_filter();
    }
  }

 private:
  void forward() {
    auto source = input("source", kSource, source_layout(problem_));
    auto weights = input("weights", kWeights, weight_layout(problem_));
    auto sums = graph_.conv_fprop(source, weights, shaped(fe::graph::Conv_fprop_attributes()));
    auto bias = input("bias", kBias, {1, problem_.outputs, 1, 1});
    auto result = graph_.pointwise(sums, bias, pointwise(fe::PointwiseMode_t::ADD));
    if (problem_.relu) result = graph_.pointwise(result, pointwise(fe::PointwiseMode_t::RELU_FWD));
    output(result, kOutput, output_layout(problem_));
  }

  void backward_data() {
    auto gradient = input("gradient", kGradient, output_layout(problem_));
    auto weights = input("weights", kWeights, weight_layout(problem_));
    auto result = graph_.conv_dgrad(gradient, weights, shaped(fe::graph::Conv_dgrad_attributes()));
    output(result, kSourceGradient, source_layout(problem_));
  }

  void backward_filter() {
    auto gradient = input("gradient", kGradient, output_layout(problem_));
    auto source = input("source", kSource, source_layout(problem_));
    auto result = graph_.conv_wgrad(gradient, source, shaped(fe::graph::Conv_wgrad_attributes()));
    output(result, kWeightGradient, weight_layout(problem_));
  }

  TensorHandle input(const char* name, std::int64_t uid, const Layout& layout) {
    return graph_.tensor(fe::graph::Tensor_attributes()
                             .set_name(name)
                             .set_uid(uid)
                             .set_dim(layout.dims())
                             .set_stride(layout.strides())
                             .set_data_type(stored_));
  }

  void output(const TensorHandle& tensor, std::int64_t uid, const Layout& layout) const {
    tensor->set_output(true)
        .set_uid(uid)
        .set_dim(layout.dims())
        .set_stride(layout.strides())
        .set_data_type(stored_);
  }

  template <class Attributes>
  Attributes shaped(Attributes attributes) const {
    attributes.set_padding({problem_.pad_height(), problem_.pad_width()})
        .set_stride({1, 1})
        .set_dilation({1, 1});
    return attributes;
  }

  static fe::graph::Pointwise_attributes pointwise(fe::PointwiseMode_t mode) {
    return fe::graph::Pointwise_attributes().set_mode(mode);
  }

  fe::graph::Graph& graph_;
  const ConvolutionProblem& problem_;
  fe::DataType_t stored_;
};

// What a way may not be or do.
std::vector<fe::NumericalNote_t> refused_notes(const ConvolutionProblem& problem) {
  std::vector<fe::NumericalNote_t> notes{fe::NumericalNote_t::REDUCED_PRECISION_REDUCTION};
  if (problem.precision != Precision::bf16) {
    notes.push_back(fe::NumericalNote_t::DOWN_CONVERT_INPUTS);
  }
  // Tensor cores round f32 factors to TF32.
  if (problem.precision == Precision::f32) notes.push_back(fe::NumericalNote_t::TENSOR_CORE);
  if (problem.deterministic) notes.push_back(fe::NumericalNote_t::NONDETERMINISTIC);
  return notes;
}

std::shared_ptr<const fe::DeviceProperties> described_device(const std::string& json) {
  auto device = std::make_shared<fe::DeviceProperties>();
  auto status = device->deserialize({json.begin(), json.end()});
  if (status.is_bad()) {
    throw Error(Origin::engine,
                "cuDNN does not take this description of a card: " + status.get_message());
  }
  return device;
}

}  // namespace

struct ConvolutionPlan::Graph {
  ConvolutionProblem problem;
  fe::graph::Graph graph;
  int chosen = -1;
};

ConvolutionPlan::ConvolutionPlan(const Cudnn& cudnn, const ConvolutionProblem& problem,
                                 std::size_t workspace_limit)
    : graph_(std::make_unique<Graph>()) {
  graph_->problem = problem;
  fe::graph::Graph& graph = graph_->graph;
  GraphBuilder(graph, problem).build();
  if (!cudnn.description().empty())
    graph.set_device_properties(described_device(cudnn.description()));
  check(graph.validate(), "validate", problem);
  check(graph.build_operation_graph(cudnn.get()), "build_operation_graph", problem);
  check(graph.create_execution_plans({fe::HeurMode_t::A, fe::HeurMode_t::FALLBACK}),
        "create_execution_plans", problem);
  graph.deselect_workspace_greater_than(static_cast<std::int64_t>(workspace_limit));
  graph.deselect_numeric_notes(refused_notes(problem));
  for (int way = 0; way < ways(); ++way) {
    if (!prepare(way)) continue;
    graph_->chosen = way;
    return;
  }
  throw Error(Origin::engine, "cuDNN has no way to compute " + problem.text() + " in " +
                                  std::to_string(workspace_limit >> 20) + " MiB of workspace");
}

ConvolutionPlan::~ConvolutionPlan() = default;
ConvolutionPlan::ConvolutionPlan(ConvolutionPlan&& other) noexcept = default;
ConvolutionPlan& ConvolutionPlan::operator=(ConvolutionPlan&& other) noexcept = default;

const ConvolutionProblem& ConvolutionPlan::problem() const { return graph_->problem; }

int ConvolutionPlan::ways() const {
  return static_cast<int>(graph_->graph.get_execution_plan_count());
}

std::string ConvolutionPlan::way_name(int way) const {
  std::string name;
  check(graph_->graph.get_plan_name_at_index(way, name), "get_plan_name_at_index", problem());
  return name;
}

bool ConvolutionPlan::prepare(int way) { return graph_->graph.build_plan_at_index(way).is_good(); }

void ConvolutionPlan::choose(int way) { graph_->chosen = way; }

int ConvolutionPlan::chosen() const { return graph_->chosen; }

std::size_t ConvolutionPlan::workspace_bytes() const {
  return static_cast<std::size_t>(graph_->graph.get_workspace_size_plan_at_index(graph_->chosen));
}

void ConvolutionPlan::run(const Cudnn& cudnn, const ConvolutionTensors& tensors,
                          void* workspace) const {
  std::unordered_map<std::int64_t, void*> pack;
  const auto give = [&](std::int64_t uid, void* data) {
    if (data) pack.emplace(uid, data);
  };
  give(kSource, tensors.source);
  give(kWeights, tensors.weights);
  give(kBias, tensors.bias);
  give(kOutput, tensors.output);
  give(kGradient, tensors.gradient);
  give(kSourceGradient, tensors.source_gradient);
  give(kWeightGradient, tensors.weight_gradient);
  check(graph_->graph.execute_plan_at_index(cudnn.get(), pack, workspace, graph_->chosen),
        "execute", problem());
}

}  // namespace vggflow::cudnn
