#include "experiments/look/preview.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include "base/error.h"
#include "experiments/run/machine.h"
#include "experiments/spec/slot_size.h"
#include "pipeline/epoch_order.h"
#include "pipeline/flow.h"
#include "stages/preview/contact_sheet.h"

namespace vggflow {
namespace {

constexpr int kLeastCell = 96;  // px; labels of less say nothing
constexpr std::int64_t kMostPixels = 200'000'000;

/// An image in an epoch: what training makes of it does not depend on anything else.
struct Visit {
  std::uint64_t id = 0;
  std::uint32_t epoch = 0;
};

/// These visits in this order, a few a batch.
class VisitPlanner final : public Planner {
 public:
  VisitPlanner(std::vector<Visit> visits, Size image) : visits_(std::move(visits)), image_(image) {}

  std::optional<Plan> next() override {
    constexpr std::size_t kBatch = 16;
    const std::size_t slots = std::min(kBatch, visits_.size() - planned_);
    if (slots == 0) return std::nullopt;
    Plan plan;
    plan.batches.push_back({index_++, planned_, {static_cast<int>(slots), image_}});
    for (std::size_t slot = 0; slot < slots; ++slot, ++planned_) {
      const auto [id, epoch] = visits_[planned_];
      plan.jobs.push_back({id, epoch, planned_, static_cast<std::uint32_t>(slot), 1});
      plan.destinations.push_back({0, static_cast<int>(slot), std::nullopt});
    }
    return plan;
  }
  std::optional<std::uint64_t> substitute(const Job&, int) const override { return std::nullopt; }
  const std::vector<View>& views() const override { return views_; }

 private:
  std::vector<Visit> visits_;
  Size image_;
  std::size_t planned_ = 0;
  std::uint64_t index_ = 0;
  std::vector<View> views_;  // none
};

std::vector<std::uint64_t> chosen(const Spec& spec, const PreviewOptions& options,
                                  std::size_t images) {
  for (const std::uint64_t id : options.ids) {
    if (id < images) continue;
    throw Error(Origin::usage, "--id: got " + std::to_string(id) + "; allowed: 0 to " +
                                   std::to_string(images - 1) + ", an image of data.train");
  }
  if (!options.ids.empty()) return options.ids;
  const auto order = epoch_order(spec.seed, 0, static_cast<std::uint32_t>(images));
  return {order.begin(), order.begin() + static_cast<std::ptrdiff_t>(
                                             std::min<std::uint64_t>(options.images, images))};
}

std::vector<Visit> visits_of(const std::vector<std::uint64_t>& ids, std::uint32_t epochs) {
  std::vector<Visit> visits;
  for (const std::uint64_t id : ids) {
    for (std::uint32_t epoch = 0; epoch < epochs; ++epoch) visits.push_back({id, epoch});
  }
  return visits;
}

/// From what the net gets back to u8 levels.
ColourAffine without_normalisation(const Preprocessing& preprocessing) {
  ColourAffine undone;
  for (std::size_t c = 0; c < 3; ++c) {
    undone.m[5 * c] = static_cast<float>(preprocessing.divisor[c]);
    undone.m[4 * c + 3] = static_cast<float>(preprocessing.mean[c]);
  }
  return undone;
}

Image recoloured(ConstImageView from, const ColourAffine& colour) {
  Image image(from.size);
  for (int y = 0; y < from.size.height; ++y) {
    for (int x = 0; x < from.size.width; ++x) {
      const std::uint8_t* in = from.at(x, y);
      for (int c = 0; c < kChannels; ++c) {
        const float level = colour.channel(c, in[0], in[1], in[2]);
        image.view().at(x, y)[c] =
            static_cast<std::uint8_t>(std::lround(std::clamp(level, 0.0F, 255.0F)));
      }
    }
  }
  return image;
}

/// A cell for each visit, without its labels.
std::vector<SheetCell> drawn(const Spec& spec, const Dataset& dataset,
                             const std::vector<Visit>& visits, Size image) {
  FlowOptions how = flow_options(spec);
  how.on_error = OnError::skip;
  how.max_errors.reset();
  Flow flow(dataset, spec.stages, std::make_unique<VisitPlanner>(visits, image), how);
  const ColourAffine shown = without_normalisation(spec.preprocessing);
  std::vector<SheetCell> cells(visits.size());
  while (const BatchLease batch = flow.next()) {
    for (int slot = 0; slot < batch->shape.slots; ++slot) {
      const auto n = static_cast<std::size_t>(slot);
      if (batch->weights[n] == 0) continue;
      cells[batch->first_position + n].picture =
          recoloured(batch->slot(slot), batch->colour[n].then(shown));
    }
  }
  std::map<std::uint64_t, std::string> reasons;
  for (const FailedSample& failed : flow.failures()) reasons[failed.id] = failed.reason;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (cells[i].picture.size().area() == 0) cells[i].failure = reasons[visits[i].id];
  }
  return cells;
}

void label(SheetCell& cell, const Dataset& dataset, const Visit& visit, bool epochs) {
  const std::string name(dataset.name(visit.id));
  const std::string& class_name =
      dataset.classes()[static_cast<std::size_t>(dataset.label(visit.id))];
  const std::string file = name.substr(name.rfind('/') + 1);
  cell.title = epochs ? "epoch " + std::to_string(visit.epoch) : class_name;
  cell.subtitle = epochs ? class_name + "/" + file : file;
}

SheetLayout layout_of(const Spec& spec, const PreviewOptions& options, std::size_t images,
                      Size image) {
  const int side = std::max(image.width, image.height);
  const auto square = static_cast<int>(std::ceil(std::sqrt(static_cast<double>(images))));
  const bool rows = options.epochs > 1;
  return {
      .heading = spec.name + ", seed " + std::to_string(spec.seed) +
                 (rows ? ", " + std::to_string(options.epochs) + " epochs" : ", epoch 0"),
      .columns = rows ? static_cast<int>(options.epochs)
                      : std::max(square, std::min(4, static_cast<int>(images))),
      .cell_px = options.cell_px > 0 ? options.cell_px : side * ((kLeastCell + side - 1) / side)};
}

}  // namespace

Image preview(const Spec& spec, const PreviewOptions& options) {
  const Size image = slot_size(spec);
  const auto dataset =
      open_dataset(Params(spec.train_data, "data.train"), options.data, options.cache);
  const std::vector<std::uint64_t> ids = chosen(spec, options, dataset->size());
  const std::vector<Visit> visits = visits_of(ids, options.epochs);
  const SheetLayout layout = layout_of(spec, options, ids.size(), image);
  if (const Size sheet = sheet_size(visits.size(), layout); sheet.area() > kMostPixels) {
    throw Error(Origin::usage, "the sheet would have " + to_string(sheet) +
                                   " px; allowed: 200 million in all; ask for fewer images or a "
                                   "smaller --cell");
  }
  std::vector<SheetCell> cells = drawn(spec, *dataset, visits, image);
  for (std::size_t i = 0; i < cells.size(); ++i) {
    label(cells[i], *dataset, visits[i], options.epochs > 1);
  }
  return contact_sheet(cells, layout);
}

}  // namespace vggflow
