// What the flow itself costs a sample: reading, decoding and rendering are next to nothing here.
#include <cstring>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <benchmark/benchmark.h>

#include "base/batch.h"
#include "pipeline/flow.h"

namespace vggflow::bench {
namespace {

constexpr int kBatch = 64;
constexpr Size kPicture{8, 8};

/// "Files" of one byte: the picture's shade.
class ShadeDataset final : public Dataset {
 public:
  [[nodiscard]] std::size_t size() const override { return 4096; }
  [[nodiscard]] const std::vector<std::string>& classes() const override { return classes_; }
  [[nodiscard]] std::int32_t label(std::uint64_t) const override { return 0; }
  [[nodiscard]] std::string_view name(std::uint64_t) const override { return "class/shade"; }
  void read(std::uint64_t id, std::vector<std::byte>& buffer) const override {
    buffer.assign(1, static_cast<std::byte>(id));
  }
  [[nodiscard]] std::string description() const override { return "shades"; }

 private:
  std::vector<std::string> classes_{"class"};
};

class ShadeSource final : public ImageSource {
 public:
  explicit ShadeSource(std::byte shade) : shade_(shade) {}
  [[nodiscard]] Size size() const override { return kPicture; }
  void read(Rect window, ImageView out) override {
    for (int y = 0; y < window.height; ++y) {
      std::memset(out.row(y), static_cast<int>(shade_), std::size_t{kPicture.width} * kChannels);
    }
  }

 private:
  std::byte shade_;
};

class NoResampler final : public Resampler {
 public:
  [[nodiscard]] std::string_view name() const override { return "none"; }
  [[nodiscard]] Rect support(const Resampling& what) const override { return what.window; }
  void resample(ConstImageView, Rect, const Resampling&, ImageView) const override {}
};

class OpenShade final : public Stage {
 public:
  void apply(Sample& sample, Rng&) const override {
    static const NoResampler resampler;
    sample.picture = Picture(std::make_shared<ShadeSource>(sample.encoded[0]), resampler);
  }
};

class Nothing final : public Stage {
 public:
  void apply(Sample&, Rng&) const override {}
};

/// decode and three stages, as in training.
StageList trivial_stages() {
  static const StageSchema decode{.name = "decode", .doc = "", .role = Role::decode};
  static const StageSchema nothing{.name = "nothing", .doc = "", .role = Role::augmentation};
  StageList stages{{&decode, std::make_shared<OpenShade>(), "decode#0", "decode"}};
  for (int i = 0; i < 3; ++i) {
    stages.push_back(
        {&nothing, std::make_shared<Nothing>(), "nothing#" + std::to_string(i), "nothing"});
  }
  return stages;
}

/// A look at one pixel of every slot; in the timed part, since the workers go on meanwhile.
bool shows_its_images(const Batch& batch) {
  for (int n = 0; n < kBatch; ++n) {
    const auto shade = static_cast<std::uint8_t>(batch.ids[static_cast<std::size_t>(n)]);
    if (batch.slot(n).at(kPicture.width - 1, kPicture.height - 1)[0] != shade) return false;
  }
  return true;
}

void flow_of_trivial_stages(benchmark::State& state) {
  const ShadeDataset dataset;
  const FlowOptions options{.seed = 1,
                            .workers = static_cast<int>(state.range(0)),
                            .prefetch = static_cast<int>(state.range(1))};
  TrainingPlan plan;
  plan.batch = kBatch;
  plan.image = kPicture;
  Flow flow(dataset, trivial_stages(), plan_training(dataset.size(), plan), options);
  bool right = true;
  for (auto _ : state) {
    const BatchLease lease = flow.next();
    right = right && shows_its_images(*lease);
  }
  if (!right) state.SkipWithError("a slot does not show its image");
  state.SetItemsProcessed(state.iterations() * kBatch);
}
BENCHMARK(flow_of_trivial_stages)
    ->ArgNames({"workers", "prefetch"})
    ->ArgsProduct({{1, 2}, {1, 2, 4}})
    ->MeasureProcessCPUTime()
    ->UseRealTime();

}  // namespace
}  // namespace vggflow::bench
