#include "nets/cudnn/scoring_plan.h"

#include <algorithm>

#include "base/cuda/nvtx.h"
#include "nets/cudnn/element_type.h"
#include "nets/cudnn/kernels/aggregate.h"
#include "nets/cudnn/kernels/input.h"

namespace vggflow::cudnn {

ScoringPlan::ScoringPlan(Card& card, const Net& net, const BatchShape& shape,
                         const DeviceParameters& parameters, const ComputeChoices& choices)
    : card_(card),
      shape_(shape),
      classes_(classes(net)),
      precision_(choices.precision),
      parameters_(parameters),
      built_(build_scoring(card.cudnn, net, shape, parameters.layout(), choices)),
      plan_(built_.blobs) {
  for (const auto& operation : built_.operations) {
    operation->prepare(card.cublas, choices.workspace);
  }
}

std::size_t ScoringPlan::workspace_bytes() const {
  std::size_t most = 0;
  for (const auto& operation : built_.operations) {
    most = std::max(most, operation->workspace_bytes());
  }
  return most;
}

void ScoringPlan::choose_ways(WayChooser& chooser, char* arena) {
  for (const auto& operation : built_.operations) {
    operation->choose_ways(context(arena, nullptr), chooser);
  }
}

StepContext ScoringPlan::context(char* arena, void* workspace) const {
  return {.cudnn = card_.cudnn,
          .cublas = card_.cublas,
          .stream = card_.stream,
          .plan = plan_,
          .parameters = parameters_,
          .precision = precision_,
          .arena = arena,
          .workspace = workspace};
}

const float* ScoringPlan::run(const cuda::DeviceBatch& batch, Aggregate how, char* arena,
                              void* workspace) {
  const cuda::NvtxRange range("score");
  const StepContext here = context(arena, workspace);
  card_.stream.wait_for(*batch.ready);
  with_element_type(precision_, [&]<class T>(T) {
    convert_input<T>(batch, shape_.slots, shape_.image, false, here.at<T>(built_.input.blob),
                     card_.stream);
  });
  batch.used_by(card_.stream);
  for (const auto& operation : built_.operations) operation->forward(here);
  const MapShape& maps = built_.scores.shape;
  auto* posteriors = here.at<float>(built_.posteriors);
  aggregate(here.at<float>(built_.scores.blob), maps.slots, maps.height * maps.width, classes_,
            maps.channels, how, posteriors, card_.stream);
  return posteriors;
}

ScoringPlans::ScoringPlans(Card& card, const Net& net, const DeviceParameters& parameters,
                           const ComputeChoices& choices, PlanCache& cache)
    : card_(card), net_(net), parameters_(parameters), choices_(choices), cache_(cache) {}

const float* ScoringPlans::score(const BatchShape& shape, const cuda::DeviceBatch& batch,
                                 Aggregate how) {
  ScoringPlan& known = plan(shape);
  char* arena = arena_of(known.arena_bytes());
  return known.run(batch, how, arena, workspace_of(known.workspace_bytes()));
}

ScoringPlan& ScoringPlans::plan(const BatchShape& shape) {
  const auto known = std::find_if(plans_.begin(), plans_.end(),
                                  [&](const ScoringPlan& plan) { return plan.shape() == shape; });
  if (known != plans_.end()) {
    plans_.splice(plans_.begin(), plans_, known);
    return plans_.front();
  }
  plans_.emplace_front(card_, net_, shape, parameters_, choices_);
  if (plans_.size() > kMostPlans) plans_.pop_back();
  // Crops come in one shape but for a last batch, dense pictures in a hundred: those are left to
  // the heuristics.
  if (shape.image == net_.input && !timed_) {
    timed_ = true;
    WayTimer timer(card_.cudnn, card_.stream, cache_);
    plans_.front().choose_ways(timer, arena_of(plans_.front().arena_bytes()));
  }
  return plans_.front();
}

void* ScoringPlans::workspace_of(std::size_t bytes) {
  if (borrowed_workspace_ && borrowed_workspace_->bytes() >= bytes) {
    return borrowed_workspace_->data();
  }
  if (bytes > workspace_.bytes()) {
    card_.stream.synchronize();
    workspace_ = {};
    workspace_ = cuda::DeviceMemory(bytes, "the workspace of scoring");
  }
  return workspace_.data();
}

char* ScoringPlans::arena_of(std::size_t bytes) {
  if (borrowed_ && borrowed_->bytes() >= bytes) return borrowed_->as<char>();
  if (bytes > arena_.bytes()) {
    card_.stream.synchronize();
    arena_ = {};
    arena_ = cuda::DeviceMemory(bytes, "the activations of a batch to score");
  }
  return arena_.as<char>();
}

}  // namespace vggflow::cudnn
