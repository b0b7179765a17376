#include "pipeline/dataset_pass.h"

#include <tbb/parallel_pipeline.h>
#include <tbb/task_arena.h>

#include <new>
#include <numeric>
#include <stdexcept>
#include <string>

#include "base/error.h"
#include "pipeline/failed_sample.h"
#include "pipeline/flow_workers.h"

namespace vggflow {
namespace {

constexpr std::size_t kSlotsPerWorker = 4;  // so that a slow image does not hold up the others

/// An image on its way; its memory serves others after it.
struct Slot {
  std::size_t index = 0;
  std::uint64_t id = 0;
  std::vector<std::byte> encoded;
  std::optional<FailedSample> failure;
};

/// begin (in order) -> work (any thread) -> take (in order). Images leave in the order in which
/// they came, so the k-th may use slot k modulo their number.
class Pass {
 public:
  Pass(const Dataset& dataset, std::span<const std::uint64_t> ids, const PassOptions& options,
       PassBody& body)
      : dataset_(dataset),
        ids_(ids),
        options_(options),
        body_(body),
        slots_(kSlotsPerWorker * static_cast<std::size_t>(options.workers)) {
    for (std::size_t index = 0; index < slots_.size(); ++index) slots_[index].index = index;
    body_.prepare(slots_.size());
  }

  std::uint64_t run() {
    const WorkerAllowance allowance(options_.workers);
    tbb::task_arena arena(options_.workers);
    arena.execute([this] {
      tbb::parallel_pipeline(
          slots_.size(),
          tbb::make_filter<void, Slot*>(tbb::filter_mode::serial_in_order,
                                        [this](tbb::flow_control& flow) { return begin(flow); }) &
              tbb::make_filter<Slot*, Slot*>(tbb::filter_mode::parallel,
                                             [this](Slot* slot) { return work(slot); }) &
              tbb::make_filter<Slot*, void>(tbb::filter_mode::serial_in_order,
                                            [this](Slot* slot) { take(*slot); }));
    });
    return taken_;
  }

 private:
  Slot* begin(tbb::flow_control& flow) {
    if (begun_ == ids_.size() || (options_.stop != nullptr && *options_.stop)) {
      flow.stop();
      return nullptr;
    }
    const std::size_t ahead = begun_ + slots_.size();
    if (ahead < ids_.size()) dataset_.will_need(ids_[ahead]);
    Slot& slot = slots_[begun_ % slots_.size()];
    slot.id = ids_[begun_++];
    return &slot;
  }

  Slot* work(Slot* slot) {
    attempt(*slot, "read", [&] { dataset_.read(slot->id, slot->encoded); });
    if (!slot->failure) {
      attempt(*slot, "decode", [&] { body_.work(slot->index, slot->id, slot->encoded); });
    }
    return slot;
  }

  template <class Step>
  void attempt(Slot& slot, std::string_view name, Step&& step) const {
    try {
      step();
    } catch (const std::bad_alloc&) {
      throw;  // no image's fault
    } catch (const std::exception& error) {
      slot.failure = failed_sample(dataset_, slot.id, name, error);
    } catch (...) {
      slot.failure =
          failed_sample(dataset_, slot.id, name, std::runtime_error("unknown exception"));
    }
  }

  void take(Slot& slot) {
    body_.take(slot.index, slot.id, std::exchange(slot.failure, std::nullopt));
    ++taken_;
    if (options_.on_progress) options_.on_progress(taken_, ids_.size());
  }

  const Dataset& dataset_;
  std::span<const std::uint64_t> ids_;
  const PassOptions& options_;
  PassBody& body_;
  std::vector<Slot> slots_;
  std::size_t begun_ = 0;    // of ids_; only `begin` looks at it
  std::uint64_t taken_ = 0;  // likewise `take`
};

}  // namespace

std::uint64_t run_pass(const Dataset& dataset, std::span<const std::uint64_t> ids,
                       const PassOptions& options, PassBody& body) {
  if (options.workers < 1) {
    throw Error(Origin::usage,
                "workers is " + std::to_string(options.workers) + "; allowed: at least 1");
  }
  return Pass(dataset, ids, options, body).run();
}

std::vector<std::uint64_t> all_ids(const Dataset& dataset) {
  std::vector<std::uint64_t> ids(dataset.size());
  std::iota(ids.begin(), ids.end(), std::uint64_t{0});
  return ids;
}

}  // namespace vggflow
