#include "nets/cudnn/training_plan.h"

#include <algorithm>

#include "base/cuda/nvtx.h"
#include "base/error.h"
#include "nets/cudnn/element_type.h"
#include "nets/cudnn/kernels/input.h"
#include "nets/cudnn/kernels/loss.h"
#include "nets/cudnn/kernels/store.h"

namespace vggflow::cudnn {
namespace {

ComputeChoices choices_of(const EngineOptions& options) {
  return {.precision = options.card.precision,
          .deterministic = options.card.deterministic,
          .workspace = options.card.workspace};
}

// Everything in the arena grows with the batch, or hardly counts.
cuda::DeviceMemory activations(std::size_t bytes, const BatchShape& shape) {
  const std::size_t free = cuda::free_memory();
  const std::string what = "the activations of " + std::to_string(shape.slots) + " pictures of " +
                           to_string(shape.image) + " px";
  if (bytes <= free) return {bytes, what};
  const double fits = static_cast<double>(free) / static_cast<double>(bytes) * shape.slots;
  throw Error(Origin::engine,
              "the card has no room for " + what + ": " + std::to_string(bytes >> 20) +
                  " MiB are wanted, " + std::to_string(free >> 20) + " MiB are free; a batch of " +
                  std::to_string(static_cast<int>(fits)) +
                  " would fit (train.batch, or train.accumulate for smaller parts of it)");
}

std::size_t slot_bytes(int slots) { return static_cast<std::size_t>(slots) * 4; }

}  // namespace

TrainingPlan::TrainingPlan(Card& card, const Net& net, const EngineOptions& options,
                           const std::map<std::string, double>& rates, DeviceParameters& parameters,
                           PlanCache& cache)
    : card_(card),
      slots_(options.batch),
      image_(net.input),
      classes_(classes(net)),
      precision_(options.card.precision),
      parameters_(parameters),
      step_(build_step(card.cudnn, net, options.batch, options.seed, parameters.layout(), rates,
                       choices_of(options))),
      plan_(step_.blobs),
      arena_(activations(plan_.bytes(), {slots_, image_})),
      labels_(slot_bytes(slots_), "the labels"),
      weights_(slot_bytes(slots_), "the weights of slots"),
      at_(sizeof(DeviceStep), "the step"),
      sums_(sizeof(DeviceSums), "the loss") {
  cuda::fill_zero(arena_.data(), arena_.bytes(), card.stream);
  cuda::fill_zero(sums_.data(), sums_.bytes(), card.stream);
  WayTimer timer(card.cudnn, card.stream, cache);
  std::size_t workspace = 0;
  for (const auto& operation : step_.operations) {
    operation->prepare(card.cublas, options.card.workspace);
    operation->choose_ways(context(false), timer);
    workspace = std::max(workspace, operation->workspace_bytes());
  }
  workspace_ = cuda::DeviceMemory(workspace, "the workspace");
}

StepContext TrainingPlan::context(bool add) const {
  return {.cudnn = card_.cudnn,
          .cublas = card_.cublas,
          .stream = card_.stream,
          .plan = plan_,
          .parameters = parameters_,
          .precision = precision_,
          .arena = arena_.as<char>(),
          .workspace = workspace_.data(),
          .step = at_.as<DeviceStep>(),
          .add = add};
}

void TrainingPlan::run(const cuda::DeviceBatch& batch, const Step& step, bool add) {
  store(DeviceStep{step.iteration, step.first_position, step.weight_sum}, at_.as<DeviceStep>(),
        card_.stream);
  take_in(batch);
  (add ? more_ : first_).run(card_.stream, [&] { pass(add); });
}

// Outside of the graph, for the batch lies elsewhere each time.
void TrainingPlan::take_in(const cuda::DeviceBatch& batch) {
  const cuda::NvtxRange range("input");
  card_.stream.wait_for(*batch.ready);
  with_element_type(precision_, [&]<class T>(T) {
    auto* to = reinterpret_cast<T*>(arena_.as<char>() + plan_.offset(step_.input.blob));
    convert_input<T>(batch, slots_, image_, true, to, card_.stream);
  });
  cuda::copy(labels_.data(), batch.labels, labels_.bytes(), card_.stream);
  cuda::copy(weights_.data(), batch.weights, weights_.bytes(), card_.stream);
  batch.used_by(card_.stream);
}

void TrainingPlan::pass(bool add) {
  const StepContext here = context(add);
  for (const auto& operation : step_.operations) {
    const cuda::NvtxRange range(operation->name().c_str());
    operation->forward(here);
  }
  compute_loss(here);
  for (auto operation = step_.operations.rbegin(); operation != step_.operations.rend();
       ++operation) {
    const cuda::NvtxRange range((*operation)->name().c_str());
    (*operation)->backward(here);
  }
}

void TrainingPlan::compute_loss(const StepContext& here) {
  const cuda::NvtxRange range("loss");
  auto* of_slots = here.at<DeviceSums>(step_.slot_sums);
  with_element_type(precision_, [&]<class T>(T) {
    softmax_loss<T>(here.at<float>(step_.logits.blob), slots_, classes_,
                    step_.logits.shape.channels, here.step, labels_.as<std::int32_t>(),
                    weights_.as<float>(), here.at<T>(step_.logits_gradient), of_slots,
                    card_.stream);
  });
  sum_slots(of_slots, slots_, sums(), card_.stream);
}

std::vector<MemoryItem> TrainingPlan::memory() const {
  return {{"activations and their gradients", arena_.bytes()}, {"workspace", workspace_.bytes()}};
}

}  // namespace vggflow::cudnn
