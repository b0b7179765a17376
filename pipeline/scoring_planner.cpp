#include <algorithm>
#include <atomic>
#include <deque>
#include <map>
#include <memory_resource>
#include <new>
#include <span>
#include <utility>

#include "base/error.h"
#include "pipeline/failed_sample.h"
#include "pipeline/planner.h"

namespace vggflow {
namespace {

using Sizes = std::vector<Size>;  // of one picture, by view

void check(const ScoringPlan& plan) {
  const auto at_least_one = [](const char* what, std::int64_t value) {
    if (value >= 1) return;
    throw Error(Origin::spec,
                std::string(what) + " is " + std::to_string(value) + "; allowed: at least 1");
  };
  at_least_one("number of views", static_cast<std::int64_t>(plan.views.size()));
  at_least_one("batch", plan.batch);
  at_least_one("batch_pixels", plan.batch_pixels);
  at_least_one("slot_pixels", plan.slot_pixels);
  at_least_one("window", plan.window);
  at_least_one("number of shards", plan.shard.count);
  if (plan.shard.rank < 0 || plan.shard.rank >= plan.shard.count) {
    throw Error(Origin::spec, "shard " + std::to_string(plan.shard.rank) + " of " +
                                  std::to_string(plan.shard.count) + " does not exist");
  }
}

/// One batch of a plan in the making: what a picture adds to it.
struct Layout {
  Size image;
  int slots_per_picture = 0;
};

/// The batches of a plan, and which of them each view goes to.
struct Layouts {
  std::vector<Layout> batches;
  std::vector<std::size_t> of_view;
};

/// A batch for each distinct size, in the order of the first view that has it; or several of nearly
/// as many slots where one picture alone has more views of a size than `most_slots` of that size.
template <class MostSlots>
Layouts layouts_of(const Sizes& sizes, MostSlots&& most_slots) {
  Layouts layouts;
  layouts.of_view.resize(sizes.size());
  std::vector<bool> placed(sizes.size(), false);
  for (std::size_t first = 0; first < sizes.size(); ++first) {
    if (placed[first]) continue;
    const auto views = std::count(sizes.begin(), sizes.end(), sizes[first]);
    const std::int64_t most = most_slots(sizes[first]);
    const std::int64_t parts = (views + most - 1) / most;
    const std::int64_t each = (views + parts - 1) / parts;
    for (std::size_t view = first; view < sizes.size(); ++view) {
      if (sizes[view] != sizes[first]) continue;
      const bool starts = view == first || layouts.batches.back().slots_per_picture == each;
      if (starts) layouts.batches.push_back({sizes[first], 0});
      ++layouts.batches.back().slots_per_picture;
      layouts.of_view[view] = layouts.batches.size() - 1;
      placed[view] = true;
    }
  }
  return layouts;
}

class ScoringPlanner final : public Planner {
 public:
  ScoringPlanner(const Dataset& dataset, OpenImage open, ScoringPlan options)
      : dataset_(dataset),
        open_(std::move(open)),
        options_(std::move(options)),
        next_id_(static_cast<std::uint64_t>(options_.shard.rank)) {}

  std::optional<Plan> next() override {
    while (ready_.empty() && next_id_ < dataset_.size() && !stopped_) plan_window();
    if (ready_.empty()) return std::nullopt;
    Plan plan = std::move(ready_.front());
    ready_.pop_front();
    return plan;
  }

  std::optional<std::uint64_t> substitute(const Job&, int) const override { return std::nullopt; }

  const std::vector<View>& views() const override { return options_.views; }

  void stop() noexcept override { stopped_ = true; }

 private:
  /// Pictures of one window whose views have equal sizes.
  struct Group {
    Sizes sizes;
    std::vector<std::uint64_t> ids;
  };

  void plan_window() {
    std::vector<FailedSample> failed;
    for (const Group& group : group_window(failed)) {
      const Layouts layouts =
          layouts_of(group.sizes, [this](Size image) { return most_slots(image); });
      const std::size_t most = pictures_per_plan(layouts.batches);
      for (std::size_t from = 0; from < group.ids.size(); from += most) {
        const std::size_t count = std::min(most, group.ids.size() - from);
        const auto ids = std::span(group.ids).subspan(from, count);
        Plan next = plan(group.sizes, layouts, ids);
        if (!are_done(ids)) ready_.push_back(std::move(next));
      }
    }
    if (failed.empty()) return;
    if (ready_.empty()) ready_.emplace_back();
    ready_.front().failed = std::move(failed);
  }

  /// Reads the headers of the next window; groups come in the order of their first pictures.
  std::vector<Group> group_window(std::vector<FailedSample>& failed) {
    std::vector<std::uint64_t> ids;
    for (; next_id_ < dataset_.size() && std::ssize(ids) < options_.window;
         next_id_ += static_cast<std::uint64_t>(options_.shard.count)) {
      ids.push_back(next_id_);
    }
    std::vector<Group> groups;
    if (are_done(ids)) return groups;
    for (const std::uint64_t id : ids) dataset_.will_need(id);
    std::map<Sizes, std::size_t> places;
    for (const std::uint64_t id : ids) {
      if (stopped_) break;  // a window may be hundreds of files, on a slow disk
      std::optional<Sizes> sizes = look_at(id, failed);
      if (!sizes) continue;
      const auto [place, is_new] = places.try_emplace(*sizes, groups.size());
      if (is_new) groups.push_back({std::move(*sizes), {}});
      groups[place->second].ids.push_back(id);
    }
    return groups;
  }

  [[nodiscard]] bool are_done(std::span<const std::uint64_t> ids) const {
    return options_.done && std::ranges::all_of(ids, options_.done);
  }

  /// The sizes of an image's views, by its header; none if it has become one of `failed`.
  std::optional<Sizes> look_at(std::uint64_t id, std::vector<FailedSample>& failed) {
    const char* step = "read";
    try {
      dataset_.read(id, encoded_);
      step = "decode";
      const Size picture = open_(encoded_, &memory_)->size();
      step = "view";
      return rendered_sizes(picture);
    } catch (const std::bad_alloc&) {
      throw;  // not the image's fault
    } catch (const std::exception& error) {
      failed.push_back(failed_sample(dataset_, id, step, error));
      return std::nullopt;
    }
  }

  Sizes rendered_sizes(Size picture) const {
    Sizes sizes;
    for (const View& view : options_.views) {
      const Size size = view.rendered_size(picture);
      // A grid is cut from the whole of the rescaled picture.
      const Size made =
          view.kind == View::Kind::grid ? rescaled_to_short_side(picture, view.short_side) : size;
      if (made.area() > options_.slot_pixels) {
        throw Error(Origin::data, "a picture of " + to_string(picture) + " makes a view of " +
                                      to_string(made) + ", " + std::to_string(made.area()) +
                                      " px; allowed: at most " +
                                      std::to_string(options_.slot_pixels) + " px");
      }
      sizes.push_back(size);
    }
    return sizes;
  }

  /// In a batch of this size; at least one.
  std::int64_t most_slots(Size image) const {
    const std::int64_t by_pixels = std::max<std::int64_t>(1, options_.batch_pixels / image.area());
    return std::min<std::int64_t>(options_.batch, by_pixels);
  }

  /// The most pictures that keep every batch within its limits; at least one.
  std::size_t pictures_per_plan(const std::vector<Layout>& layouts) const {
    std::int64_t most = options_.batch;
    for (const Layout& layout : layouts) {
      most = std::min(most, most_slots(layout.image) / layout.slots_per_picture);
    }
    return static_cast<std::size_t>(std::max<std::int64_t>(most, 1));
  }

  Plan plan(const Sizes& sizes, const Layouts& layouts, std::span<const std::uint64_t> ids) {
    Plan plan;
    for (const Layout& layout : layouts.batches) {
      const int slots = layout.slots_per_picture * static_cast<int>(ids.size());
      plan.batches.push_back({next_batch_++, next_position_, {slots, layout.image}});
      next_position_ += static_cast<std::uint64_t>(slots);
    }
    std::vector<int> filled(layouts.batches.size(), 0);  // slots, by batch
    for (const std::uint64_t id : ids) {
      plan.jobs.push_back({id, 0, id, static_cast<std::uint32_t>(plan.destinations.size()),
                           static_cast<std::uint32_t>(sizes.size())});
      for (std::uint32_t view = 0; view < sizes.size(); ++view) {
        const std::size_t batch = layouts.of_view[view];
        plan.destinations.push_back({static_cast<int>(batch), filled[batch]++, view});
      }
    }
    return plan;
  }

  const Dataset& dataset_;
  OpenImage open_;
  ScoringPlan options_;
  std::uint64_t next_id_;
  std::uint64_t next_batch_ = 0;
  std::uint64_t next_position_ = 0;
  std::deque<Plan> ready_;
  std::atomic<bool> stopped_{false};
  std::vector<std::byte> encoded_;  // keeps its memory
  std::pmr::unsynchronized_pool_resource memory_;
};

}  // namespace

std::unique_ptr<Planner> plan_scoring(const Dataset& dataset, OpenImage open, ScoringPlan options) {
  check(options);
  return std::make_unique<ScoringPlanner>(dataset, std::move(open), std::move(options));
}

}  // namespace vggflow
