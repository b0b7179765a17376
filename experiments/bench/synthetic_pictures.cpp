#include "experiments/bench/synthetic_pictures.h"

#include <array>
#include <string>
#include <vector>

#include "base/image.h"
#include "base/rng.h"
#include "stages/codec/encode_jpeg.h"

namespace vggflow {
namespace {

constexpr std::array<Size, 8> kSizes{{{500, 375},
                                      {375, 500},
                                      {500, 333},
                                      {500, 375},
                                      {333, 500},
                                      {500, 375},
                                      {500, 400},
                                      {500, 500}}};
constexpr int kQuality = 90;
constexpr int kPatch_px = 32;
constexpr int kNoise = 12;  // levels, up and down

std::vector<std::byte> draw(Size size, std::uint64_t id) {
  Rng rng(1, "synthetic pictures", 0, id);
  std::vector<std::int64_t> patches;  // a row of them, RGB
  Image image(size);
  for (int y = 0; y < size.height; ++y) {
    if (y % kPatch_px == 0) {
      patches.resize(static_cast<std::size_t>(size.width / kPatch_px + 1) * kChannels);
      for (auto& level : patches) level = rng.between(kNoise, 255 - kNoise);
    }
    for (int x = 0; x < size.width; ++x) {
      const std::int64_t* patch = &patches[static_cast<std::size_t>(x / kPatch_px) * kChannels];
      std::uint8_t* pixel = image.view().at(x, y);
      for (int c = 0; c < kChannels; ++c) {
        pixel[c] = static_cast<std::uint8_t>(patch[c] + rng.between(-kNoise, kNoise));
      }
    }
  }
  return encode_jpeg(image.view(), kQuality);
}

class SyntheticPictures final : public Dataset {
 public:
  explicit SyntheticPictures(std::uint64_t images) {
    for (std::uint64_t id = 0; id < images; ++id) {
      files_.push_back(draw(kSizes[id % kSizes.size()], id));
      names_.push_back(classes_.front() + "/" + std::to_string(id) + ".jpg");
    }
  }
  [[nodiscard]] std::size_t size() const override { return files_.size(); }
  [[nodiscard]] const std::vector<std::string>& classes() const override { return classes_; }
  [[nodiscard]] std::int32_t label(std::uint64_t /*id*/) const override { return 0; }
  [[nodiscard]] std::string_view name(std::uint64_t id) const override { return names_[id]; }
  void read(std::uint64_t id, std::vector<std::byte>& buffer) const override {
    buffer = files_[id];
  }
  [[nodiscard]] std::string description() const override {
    return std::to_string(size()) + " synthetic pictures";
  }

 private:
  std::vector<std::string> classes_{"synthetic"};
  std::vector<std::vector<std::byte>> files_;
  std::vector<std::string> names_;
};

}  // namespace

std::unique_ptr<Dataset> synthetic_pictures(std::uint64_t images) {
  return std::make_unique<SyntheticPictures>(images);
}

}  // namespace vggflow
