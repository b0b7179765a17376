#include <limits>
#include <utility>

#include "base/error.h"
#include "pipeline/epoch_order.h"
#include "pipeline/planner.h"

namespace vggflow {
namespace {

void check(std::size_t images, const TrainingPlan& plan) {
  const auto fail = [](const std::string& message) { throw Error(Origin::spec, message); };
  const Shard shard = plan.shard;
  if (plan.batch < 1) fail("batch is " + std::to_string(plan.batch) + "; allowed: at least 1");
  if (shard.count < 1 || shard.rank < 0 || shard.rank >= shard.count) {
    fail("shard " + std::to_string(shard.rank) + " of " + std::to_string(shard.count) +
         " does not exist; allowed: ranks from 0 to one less than their number");
  }
  if (plan.batch % shard.count != 0) {
    fail("a batch of " + std::to_string(plan.batch) + " does not divide into " +
         std::to_string(shard.count) + " shards; allowed: multiples of " +
         std::to_string(shard.count));
  }
  if (plan.parts < 1 || plan.batch / shard.count % plan.parts != 0) {
    fail("a batch of " + std::to_string(plan.batch / shard.count) + " does not divide into " +
         std::to_string(plan.parts) + " parts");
  }
  if (plan.image.width < 1 || plan.image.height < 1) {
    fail("pictures of " + to_string(plan.image) + " cannot fill a batch");
  }
  if (images < static_cast<std::size_t>(plan.batch)) {
    fail("the data set has " + std::to_string(images) + " images, fewer than a batch of " +
         std::to_string(plan.batch));
  }
  if (images > std::numeric_limits<std::uint32_t>::max()) {
    fail("the data set has " + std::to_string(images) + " images; allowed: fewer than 2^32");
  }
}

class TrainingPlanner final : public Planner {
 public:
  TrainingPlanner(std::size_t images, const TrainingPlan& options)
      : images_(static_cast<std::uint32_t>(images)),
        options_(options),
        batches_per_epoch_(images / static_cast<std::size_t>(options.batch)),
        slots_(options.batch / options.shard.count),
        iteration_(options.first_batch) {}

  std::optional<Plan> next() override {
    if (options_.batches && iteration_ >= *options_.batches) return std::nullopt;
    const auto epoch = static_cast<std::uint32_t>(iteration_ / batches_per_epoch_);
    const auto batch = static_cast<std::uint64_t>(options_.batch);
    const auto shard_offset = static_cast<std::uint64_t>(options_.shard.rank) * slots_;
    const std::uint64_t first = iteration_ % batches_per_epoch_ * batch + shard_offset;
    visit(epoch);

    Plan plan;
    const int slots = slots_ / options_.parts;
    for (int part = 0; part < options_.parts; ++part) {
      plan.batches.push_back(
          {iteration_ * static_cast<std::uint64_t>(options_.parts) + static_cast<unsigned>(part),
           iteration_ * batch + shard_offset + static_cast<std::uint64_t>(part) * slots,
           {slots, options_.image}});
    }
    plan.jobs.reserve(static_cast<std::size_t>(slots_));
    plan.destinations.reserve(static_cast<std::size_t>(slots_));
    for (int place = 0; place < slots_; ++place) {
      const std::uint64_t position = first + static_cast<std::uint64_t>(place);
      plan.jobs.push_back(
          {now_.order[position], epoch, position, static_cast<std::uint32_t>(place), 1});
      plan.destinations.push_back({place / slots, place % slots, std::nullopt});
    }
    ++iteration_;
    return plan;
  }

  /// The order is a ring: after its last image comes its first.
  std::optional<std::uint64_t> substitute(const Job& job, int attempt) const override {
    if (attempt < 1 || static_cast<std::uint32_t>(attempt) >= images_) return std::nullopt;
    const std::uint64_t position = (job.position + static_cast<std::uint64_t>(attempt)) % images_;
    for (const Visit* visit : {&now_, &before_}) {
      if (visit->epoch == job.epoch) return visit->order[position];
    }
    return epoch_order(options_.seed, job.epoch, images_)[position];  // a job long gone by
  }

  const std::vector<View>& views() const override { return views_; }

 private:
  struct Visit {
    std::optional<std::uint32_t> epoch;
    std::vector<std::uint32_t> order;
  };
  void visit(std::uint32_t epoch) {
    if (now_.epoch == epoch) return;
    before_ = std::exchange(now_, {epoch, epoch_order(options_.seed, epoch, images_)});
  }

  std::uint32_t images_;
  TrainingPlan options_;
  std::uint64_t batches_per_epoch_;
  int slots_;  // of this shard in a batch
  std::uint64_t iteration_;
  Visit now_;
  Visit before_;             // its last jobs may still want substitutes
  std::vector<View> views_;  // none
};

}  // namespace

std::unique_ptr<Planner> plan_training(std::size_t images, const TrainingPlan& options) {
  check(images, options);
  return std::make_unique<TrainingPlanner>(images, options);
}

}  // namespace vggflow
