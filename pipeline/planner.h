#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/batch.h"
#include "base/export.h"
#include "base/geometry.h"
#include "pipeline/dataset.h"
#include "pipeline/image_source.h"
#include "pipeline/picture.h"

namespace vggflow {

/// How scoring looks at a picture: rescaled to a smallest side, then whole or a window of it.
struct View {
  enum class Kind {
    whole,
    centre,  ///< offset floor((side - crop) / 2)
    grid,    ///< place i of g on an axis: offset round-half-up(i * (side - crop) / (g - 1))
  };
  Kind kind = Kind::whole;
  int short_side = 0;  ///< Q, px
  int crop = 0;        ///< side of the window, px; 0 for `whole`
  bool mirror = false;
  int grid = 0;    ///< places on an axis, at least 2; this and the rest is for `grid` alone
  int column = 0;  ///< the window's place from the left, from 0
  int row = 0;     ///< from the top
  friend bool operator==(const View&, const View&) = default;

  /// px, for a picture of that size.
  [[nodiscard]] Size rendered_size(Size picture) const;
  /// What is left of the rescaled picture of that size.
  [[nodiscard]] VGGFLOW_API Rect window(Size rescaled) const;
};
/// Makes the view pending on a picture.
VGGFLOW_API void apply(const View& view, Picture& picture);

/// Where one rendering of a picture goes.
struct Destination {
  int batch = 0;  ///< which batch of the plan
  int slot = 0;
  std::optional<std::uint32_t> view;  ///< index of the planner's views; none in training
};

/// One picture, decoded once, and all the slots it fills.
struct Job {
  std::uint64_t id = 0;
  std::uint32_t epoch = 0;
  std::uint64_t position = 0;           ///< in the epoch's order; substitutes are the next ones
  std::uint32_t first_destination = 0;  ///< in the plan's list
  std::uint32_t destinations = 1;       ///< how many
};

/// A file that could not be used, and why. In scoring its row is NaN; in training its slot weighs
/// 0.
struct FailedSample {
  std::uint64_t id = 0;
  std::string name;
  std::string reason;
};

/// The next batches and the jobs that fill them completely: a unit of backpressure.
struct Plan {
  struct PlannedBatch {
    std::uint64_t index = 0;
    std::uint64_t first_position = 0;
    BatchShape shape;
  };
  std::vector<PlannedBatch> batches;
  std::vector<Destination> destinations;  ///< of all jobs, one job after the other
  std::vector<Job> jobs;
  std::vector<FailedSample> failed;  ///< images without a readable header or too large: in no batch

  [[nodiscard]] std::span<const Destination> destinations_of(const Job& job) const {
    return std::span(destinations).subspan(job.first_destination, job.destinations);
  }
};

/// Turns a data set's order into plans. Called by one thread at a time.
class Planner {
 public:
  virtual ~Planner() = default;
  /// The next plan; none at the end.
  [[nodiscard]] virtual std::optional<Plan> next() = 0;
  /// The image to use instead of `job`'s on the `attempt`-th try (from 1); none: there is none.
  [[nodiscard]] virtual std::optional<std::uint64_t> substitute(const Job& job,
                                                                int attempt) const = 0;
  [[nodiscard]] virtual const std::vector<View>& views() const = 0;
  /// Any thread: a next() that runs returns soon, and nobody wants what it or a later one returns.
  virtual void stop() noexcept {}
};

/// Which part of each global batch this process makes: slots [rank*B/count, (rank+1)*B/count).
struct Shard {
  int rank = 0;
  int count = 1;
};

struct TrainingPlan {
  std::uint64_t seed = 0;
  int batch = 0;  ///< B, of all shards together
  Size image;     ///< px, of every slot
  Shard shard = {};
  int parts = 1;  ///< batches that this process's share of an iteration comes in, one after another
  std::uint64_t first_batch = 0;              ///< where to start: an iteration from 0
  std::optional<std::uint64_t> batches = {};  ///< where to end (exclusive); none: never
};

/// Batches of one shape, epoch after epoch, each in the epoch's order; a partial last batch of an
/// epoch is dropped. Plans blindly: one iteration a plan. Error (spec) if the data set is smaller
/// than a batch, or shards and parts do not divide it.
[[nodiscard]] VGGFLOW_API std::unique_ptr<Planner> plan_training(std::size_t images,
                                                                 const TrainingPlan& options);

struct ScoringPlan {
  std::vector<View> views;
  int batch = 0;                          ///< most slots in a batch
  std::int64_t batch_pixels = 4LL << 20;  ///< most pixels in a batch (a single slot may exceed it)
  std::int64_t slot_pixels = 64LL << 20;  ///< most pixels in a slot; images above it are failed
  int window = 256;                       ///< images whose headers are looked at together
  Shard shard;                            ///< every count-th window position, by rank
  /// Images that need not be scored, as an earlier flow has got so far. A plan is left out when all
  /// of its images are done; the others are the same plans as without it.
  std::function<bool(std::uint64_t id)> done = {};
};

/// Every image of the data set, once, in all views. Reads headers of a bounded window of images and
/// puts together those whose views have equal sizes; one batch per distinct size in a plan, or more
/// where one image alone has more views of a size than a batch may hold.
[[nodiscard]] VGGFLOW_API std::unique_ptr<Planner> plan_scoring(const Dataset& dataset,
                                                                OpenImage open,
                                                                ScoringPlan options);

}  // namespace vggflow
