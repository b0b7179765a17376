#include "experiments/look/preview.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "pipeline/flow.h"
#include "stages/codec/encode_png.h"
#include "stages/generated/generated.h"
#include "tests/experiments/spec/spec_files.h"

namespace vggflow {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

constexpr int kImages = 24;
constexpr int kSide =
    96;  // of the crops, and so of the cells: pictures stand on the sheet as they are

class Preview : public SpecFiles {
 protected:
  [[nodiscard]] Spec made(const std::string& more = "", const std::string& feed = "") const {
    return spec("name: x\nseed: 5\ndata: {train: {generated: {classes: 3, images: 8}}}\n" + feed +
                "pipeline:\n  - random_rescale: {min: 100, max: 140}\n"
                "  - random_crop: {size: 96}\n  - flip: {probability: 0.5}\n" +
                more);
  }
  [[nodiscard]] Image sheet(const Spec& spec, PreviewOptions options) const {
    options.data = folder_;
    return preview(spec, options);
  }

  /// The batches of whole epochs that training draws.
  static std::vector<Batch> batches_of_training(const Spec& spec, std::uint64_t epochs) {
    const auto dataset = open_dataset(Params(spec.train_data, "data.train"), ".");
    Flow flow(*dataset, spec.stages,
              plan_training(kImages, {.seed = spec.seed,
                                      .batch = 8,
                                      .image = {kSide, kSide},
                                      .shard = {},
                                      .batches = epochs * kImages / 8}),
              {.seed = spec.seed, .workers = 2});
    std::vector<Batch> batches;
    while (const BatchLease batch = flow.next()) batches.push_back(*batch);
    return batches;
  }

  /// A slot as it must be shown: colours mapped, but for the mean and divisor of `spec`.
  static Image shown(const Batch& batch, int slot, const Spec& spec) {
    Image image({kSide, kSide});
    const auto& m = batch.colour[static_cast<std::size_t>(slot)].m;
    for (int y = 0; y < kSide; ++y) {
      for (int x = 0; x < kSide; ++x) {
        const std::uint8_t* in = batch.slot(slot).at(x, y);
        for (std::size_t c = 0; c < 3; ++c) {
          double level = m[4 * c + 3];
          for (std::size_t k = 0; k < 3; ++k) level += double{m[4 * c + k]} * in[k];
          level = level * spec.preprocessing.divisor[c] + spec.preprocessing.mean[c];
          image.view().at(x, y)[c] =
              static_cast<std::uint8_t>(std::lround(std::clamp(level, 0.0, 255.0)));
        }
      }
    }
    return image;
  }

  /// Where the picture stands on the sheet: its upper left corner, or (-1, -1).
  static std::pair<int, int> place_of(const Image& picture, const Image& sheet) {
    const auto same_row = [&](int x, int y, int row) {
      return std::equal(picture.view().row(row), picture.view().row(row) + kSide * kChannels,
                        sheet.view().at(x, y + row));
    };
    for (int y = 0; y + kSide <= sheet.size().height; ++y) {
      for (int x = 0; x + kSide <= sheet.size().width; ++x) {
        int row = 0;
        while (row < kSide && same_row(x, y, row)) ++row;
        if (row == kSide) return {x, y};
      }
    }
    return {-1, -1};
  }
  static std::vector<std::byte> png(const Image& image) { return encode_png(image.view()); }

  const std::string kNormalized =
      "  - colour_shift: {sigma: 0.3}\n"
      "  - normalize: {mean: [123.68, 116.779, 103.939], divisor: [58, 57, 56]}\n";
};

TEST_F(Preview, ShowsTheFirstImagesOfTheEpochAsTheBatchesHoldThem) {
  const Spec normalized = made("  - subtract_mean\n");
  const std::vector<Batch> batches = batches_of_training(normalized, 1);
  const Image drawn = sheet(normalized, {.images = 16});
  std::pair<int, int> before{-1, -1};  // (row, column)
  for (int i = 0; i < 16; ++i) {
    const Image picture = shown(batches[i / 8], i % 8, normalized);
    // Nothing but the mean is mapped: what is shown is the slot.
    EXPECT_TRUE(std::equal(picture.view().data, picture.view().data + kSide * kSide * kChannels,
                           batches[i / 8].slot(i % 8).data));
    const auto [x, y] = place_of(picture, drawn);
    ASSERT_GE(x, 0) << i;
    EXPECT_GT(std::make_pair(y, x), before) << i;
    before = {y, x};
  }
}

TEST_F(Preview, MapsColoursAndUndoesTheNormalisation) {
  const Spec shifted = made(kNormalized);
  const std::vector<Batch> batches = batches_of_training(shifted, 1);
  const Image drawn = sheet(shifted, {.images = 8});
  for (int slot = 0; slot < 8; ++slot) {
    EXPECT_GE(place_of(shown(batches[0], slot, shifted), drawn).first, 0) << slot;
  }
}

TEST_F(Preview, EpochsAreColumnsAndImagesRows) {
  const Spec shifted = made(kNormalized);
  const std::vector<Batch> batches = batches_of_training(shifted, 3);
  const Image drawn = sheet(shifted, {.ids = {7, 2}, .epochs = 3});
  std::map<std::uint64_t, std::vector<std::pair<int, int>>> places;
  for (const Batch& batch : batches) {
    for (int slot = 0; slot < 8; ++slot) {
      const std::uint64_t id = batch.ids[static_cast<std::size_t>(slot)];
      if (id != 7 && id != 2) continue;
      places[id].push_back(place_of(shown(batch, slot, shifted), drawn));
    }
  }
  for (const auto& [id, row] : places) {
    ASSERT_EQ(row.size(), 3U);
    EXPECT_GE(row[0].first, 0);
    EXPECT_LT(row[0].first, row[1].first);
    EXPECT_LT(row[1].first, row[2].first);
    EXPECT_EQ(row[0].second, row[2].second);
  }
  EXPECT_LT(places[7][0].second, places[2][0].second);
}

TEST_F(Preview, TheSameBytesForAnyWorkers) {
  const auto of = [&](const std::string& feed) {
    return png(sheet(made(kNormalized, feed), {.images = 20}));
  };
  const auto one = of("feed: {workers: 1, prefetch: 1}\n");
  EXPECT_EQ(of("feed: {workers: 4, prefetch: 3}\n"), one);
  EXPECT_NE(png(sheet(made(), {.images = 20})), one);
}

TEST_F(Preview, AFailedImageIsACellThatSaysWhyWhateverThePolicy) {
  generate_dataset({.classes = 2, .images = 2, .val_images = 1, .min_side = 96, .max_side = 128},
                   folder_ / "made", 1);
  const auto of_files = [&](const std::string& policy) {
    return spec("name: x\ndata: {train: {folder: made/train}}\nfeed: {on_error: " + policy +
                "}\npipeline: [{center_crop: {size: 96}}]\n");
  };
  const Image whole = sheet(of_files("fail"), {.ids = {0, 1}});
  for (const auto& entry : fs::recursive_directory_iterator(folder_ / "made/train")) {
    if (entry.path().filename().string().find("0000000") != std::string::npos) {
      fs::resize_file(entry.path(), 10);
    }
  }
  const Image damaged = sheet(of_files("fail"), {.ids = {0, 1}});
  EXPECT_EQ(damaged.size(), whole.size());
  EXPECT_NE(png(damaged), png(whole));
  EXPECT_EQ(png(sheet(of_files("substitute"), {.ids = {0, 1}})), png(damaged));
}

TEST_F(Preview, IsContentWithFewerImages) {
  EXPECT_EQ(png(sheet(made(), {.images = 24})), png(sheet(made(), {.images = 5000})));
}

TEST_F(Preview, ErrorForWhatIsNotThere) {
  const auto error = [&](const Spec& spec, const PreviewOptions& options,
                         Origin origin = Origin::usage) {
    return error_of([&] { static_cast<void>(sheet(spec, options)); }, origin);
  };
  EXPECT_EQ(error(made(), {.ids = {3, 24}}),
            "--id: got 24; allowed: 0 to 23, an image of data.train");
  EXPECT_THAT(error(made(), {.epochs = 256, .cell_px = 4096}), HasSubstr("allowed: 200 million"));
  const Spec many = spec("name: x\ndata: {train: {folder: y}}\npipeline: [flip]\n");
  EXPECT_THAT(error(many, {}, Origin::spec), HasSubstr("makes pictures of many sizes"));
  const Spec none = spec("name: x\npipeline: [{center_crop: {size: 8}}]\n");
  EXPECT_THAT(error(none, {}, Origin::spec), HasSubstr("data.train"));
}

}  // namespace
}  // namespace vggflow
