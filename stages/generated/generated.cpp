// generated: a synthetic set, drawn on the fly.
#include "stages/generated/generated.h"

#include <algorithm>
#include <cmath>
#include <iomanip>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/rng.h"
#include "stages/codec/encode_jpeg.h"
#include "stages/generated/draw.h"

namespace vggflow {
namespace {

constexpr int kQuality = 90;
constexpr double kMaxAspect = 1.5;
constexpr double kMaxClasses = kShapes.size() * kTextures.size();

/// Class k. Two neighbours share the shape, so that neither shape nor texture alone is enough.
Subject subject_of(int k) {
  const int shapes = static_cast<int>(kShapes.size());
  const int texture_pairs = static_cast<int>(kTextures.size()) / 2;
  const int pair = k / 2;
  const int texture_pair = (pair % shapes + pair / shapes) % texture_pairs;
  return {&kShapes[static_cast<std::size_t>(pair % shapes)],
          &kTextures[static_cast<std::size_t>(2 * texture_pair + k % 2)]};
}

std::string padded(int number, int digits) {
  std::ostringstream text;
  text << std::setfill('0') << std::setw(digits) << number;
  return text.str();
}

Size size_drawn(const GeneratedOptions& options, Rng& rng) {
  const int longest_short = static_cast<int>(options.max_side / 1.2);
  const auto short_side = static_cast<int>(rng.between(options.min_side, longest_short));
  const int longest = std::min(options.max_side, static_cast<int>(short_side * kMaxAspect));
  const auto long_side = static_cast<int>(rng.between(short_side + 1, longest));
  return rng.below(2) == 0 ? Size{long_side, short_side} : Size{short_side, long_side};
}

class GeneratedDataset final : public Dataset {
 public:
  GeneratedDataset(const GeneratedOptions& options, GeneratedSplit split)
      : options_(options), split_(split) {
    for (int k = 0; k < options.classes; ++k) {
      const Subject subject = subject_of(k);
      classes_.push_back(padded(k, 2) + "_" + std::string(subject.texture->name) + "_" +
                         std::string(subject.shape->name));
      for (int i = 0; i < per_class(); ++i) {
        names_.push_back(classes_.back() + "/" + padded(i, 7) + ".jpg");
      }
    }
  }

  [[nodiscard]] std::size_t size() const override { return names_.size(); }
  [[nodiscard]] const std::vector<std::string>& classes() const override { return classes_; }
  [[nodiscard]] std::int32_t label(std::uint64_t id) const override {
    return static_cast<std::int32_t>(id / static_cast<std::uint64_t>(per_class()));
  }
  [[nodiscard]] std::string_view name(std::uint64_t id) const override { return names_[id]; }

  void read(std::uint64_t id, std::vector<std::byte>& buffer) const override {
    const auto k = static_cast<std::uint64_t>(label(id));
    const std::uint64_t number = id % static_cast<std::uint64_t>(per_class());
    Rng rng(options_.seed, split_name(), 0, k << 32 | number);
    const Size size = size_drawn(options_, rng);
    buffer = encode_jpeg(draw(subject_of(static_cast<int>(k)), size, rng).view(), kQuality);
  }

  [[nodiscard]] std::string description() const override {
    return std::string(split_name()) + ", seed " + std::to_string(options_.seed) + ", " +
           std::to_string(size()) + " images, " + std::to_string(classes_.size()) + " classes";
  }

 private:
  [[nodiscard]] int per_class() const {
    return split_ == GeneratedSplit::train ? options_.images : options_.val_images;
  }
  [[nodiscard]] std::string_view split_name() const {
    return split_ == GeneratedSplit::train ? "generated train" : "generated val";
  }

  GeneratedOptions options_;
  GeneratedSplit split_;
  std::vector<std::string> classes_;
  std::vector<std::string> names_;
};

constexpr ParamSpec kClasses{
    .key = "classes", .fallback = "10", .doc = "number of classes", .min = 2, .max = kMaxClasses};
constexpr ParamSpec kImages{.key = "images",
                            .fallback = "200",
                            .doc = "images of each class for training",
                            .min = 1,
                            .max = 1e6};
constexpr ParamSpec kValImages{.key = "val_images",
                               .fallback = "50",
                               .doc = "images of each class for scoring",
                               .min = 1,
                               .max = 1e6};
constexpr ParamSpec kSeed{.key = "seed", .fallback = "1", .doc = "of the drawing", .min = 0};
constexpr ParamSpec kMinSide{.key = "min_side",
                             .fallback = "72",
                             .unit = "px",
                             .doc = "shortest short side",
                             .min = 16,
                             .max = 4096};
constexpr ParamSpec kMaxSide{.key = "max_side",
                             .fallback = "160",
                             .unit = "px",
                             .doc = "longest long side, at least 1.25 of min_side",
                             .min = 20,
                             .max = 8192};
constexpr ParamSpec kSplit{
    .key = "split", .fallback = "train", .doc = "which images", .choices = "train|val"};

std::unique_ptr<Dataset> open_source(Params& params, const SourcePlace&) {
  Params keys = params.map("generated");
  const GeneratedOptions options = read_generated_options(keys);
  const bool train = keys.choice(kSplit) == "train";
  keys.finish();
  return open_generated(options, train ? GeneratedSplit::train : GeneratedSplit::val);
}

void require_within(const ParamSpec& spec, int value) {
  if (value >= spec.min && value <= spec.max) return;
  throw Error(Origin::usage, std::string(spec.key) + ": got " + std::to_string(value) +
                                 "; allowed: from " + std::to_string(std::lround(spec.min)) +
                                 " to " + std::to_string(std::lround(spec.max)) + " (" +
                                 std::string(spec.doc) + ")");
}

/// "" if a picture that is not a square fits between the two.
std::string wrong_sides(const GeneratedOptions& options) {
  if (options.max_side * 4 >= options.min_side * 5) return "";
  return "got " + std::to_string(options.max_side) + "; allowed: at least 1.25 of min_side, " +
         std::to_string((options.min_side * 5 + 3) / 4);
}

const SourceRegistration kRegistration{
    {.key = "generated",
     .doc = "a synthetic set drawn on the fly: a map of classes, images, val_images, seed, "
            "min_side, max_side, split",
     .also = {},
     .open = open_source}};

}  // namespace

GeneratedOptions read_generated_options(Params& params) {
  GeneratedOptions options;
  options.classes = static_cast<int>(params.integer(kClasses));
  options.images = static_cast<int>(params.integer(kImages));
  options.val_images = static_cast<int>(params.integer(kValImages));
  options.seed = static_cast<std::uint64_t>(params.integer(kSeed));
  options.min_side = static_cast<int>(params.integer(kMinSide));
  options.max_side = static_cast<int>(params.integer(kMaxSide));
  if (const std::string wrong = wrong_sides(options); !wrong.empty()) {
    params.fail(kMaxSide.key, wrong);
  }
  return options;
}

void require_valid(const GeneratedOptions& options) {
  require_within(kClasses, options.classes);
  require_within(kImages, options.images);
  require_within(kValImages, options.val_images);
  require_within(kMinSide, options.min_side);
  require_within(kMaxSide, options.max_side);
  if (const std::string wrong = wrong_sides(options); !wrong.empty()) {
    throw Error(Origin::usage, std::string(kMaxSide.key) + ": " + wrong);
  }
}

std::unique_ptr<Dataset> open_generated(const GeneratedOptions& options, GeneratedSplit split) {
  return std::make_unique<GeneratedDataset>(options, split);
}

}  // namespace vggflow
