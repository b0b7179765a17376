#pragma once

#include <atomic>
#include <cstring>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/batch.h"
#include "base/error.h"
#include "pipeline/dataset.h"
#include "pipeline/flow.h"
#include "pipeline/image_source.h"
#include "pipeline/planner.h"
#include "pipeline/stage.h"

namespace vggflow::testing {

/// What the "file" of a MemoryDataset holds.
struct MemoryFile {
  std::uint64_t id = 0;
  Size size;
  bool damaged = false;  ///< the header is good, the pixels are not
};

/// Pictures that are functions of id and place, without files and codecs.
class MemoryDataset final : public Dataset {
 public:
  explicit MemoryDataset(std::size_t count, std::function<Size(std::uint64_t)> size = {})
      : classes_{"even", "odd", "other"} {
    for (std::uint64_t id = 0; id < count; ++id) {
      files_.push_back({id, size ? size(id) : Size{24, 16}, false});
      names_.push_back("class/" + std::to_string(id));
    }
  }
  void lose(std::uint64_t id) { lost_.insert(id); }             ///< read() fails
  void damage(std::uint64_t id) { files_[id].damaged = true; }  ///< rendering fails
  void empty(std::uint64_t id) { empty_.insert(id); }           ///< its header is unreadable

  std::size_t size() const override { return files_.size(); }
  const std::vector<std::string>& classes() const override { return classes_; }
  std::int32_t label(std::uint64_t id) const override { return static_cast<std::int32_t>(id % 3); }
  std::string_view name(std::uint64_t id) const override { return names_[id]; }
  void read(std::uint64_t id, std::vector<std::byte>& buffer) const override {
    if (on_read) on_read(id);
    if (lost_.contains(id)) throw Error(Origin::system, "cannot open", names_[id]);
    buffer.resize(empty_.contains(id) ? 0 : sizeof(MemoryFile));
    if (!buffer.empty()) std::memcpy(buffer.data(), &files_[id], sizeof(MemoryFile));
  }
  void will_need(std::uint64_t) const override { ++announced; }
  std::string description() const override { return "memory"; }

  mutable std::atomic<int> announced{0};
  std::function<void(std::uint64_t id)> on_read;  ///< called first by read()

 private:
  std::vector<std::string> classes_;
  std::vector<std::string> names_;
  std::vector<MemoryFile> files_;
  std::set<std::uint64_t> lost_;
  std::set<std::uint64_t> empty_;
};

inline std::uint8_t memory_pixel(std::uint64_t id, int x, int y, int channel) {
  return static_cast<std::uint8_t>(id * 37 + x * 3 + y * 5 + channel * 11);
}

class MemorySource final : public ImageSource {
 public:
  explicit MemorySource(std::span<const std::byte> bytes) {
    if (bytes.size() != sizeof file_) throw Error(Origin::data, "not an image: it is empty");
    std::memcpy(&file_, bytes.data(), sizeof file_);
  }
  Size size() const override { return file_.size; }
  void read(Rect window, ImageView out) override {
    ++decodes;
    if (file_.damaged) throw Error(Origin::data, "the file ends early");
    for (int y = 0; y < window.height; ++y) {
      for (int x = 0; x < window.width; ++x) {
        for (int c = 0; c < kChannels; ++c) {
          out.at(x, y)[c] = memory_pixel(file_.id, window.x + x, window.y + y, c);
        }
      }
    }
  }
  static inline std::atomic<int> decodes{0};

 private:
  MemoryFile file_;
};

/// Nearest neighbour: enough where sizes matter and pixels do not.
class NearestResampler final : public Resampler {
 public:
  std::string_view name() const override { return "nearest"; }
  Rect support(const Resampling& what) const override {
    const auto& [in, out, w, mirrored] = what;
    static_cast<void>(mirrored);
    const int x = place(w.x, in.width, out.width);
    const int y = place(w.y, in.height, out.height);
    return {x, y, place(w.x + w.width - 1, in.width, out.width) - x + 1,
            place(w.y + w.height - 1, in.height, out.height) - y + 1};
  }
  void resample(ConstImageView in, Rect in_window, const Resampling& what,
                ImageView out) const override {
    const Rect w = what.window;
    for (int y = 0; y < w.height; ++y) {
      const int from_y = place(w.y + y, what.in.height, what.out.height) - in_window.y;
      for (int x = 0; x < w.width; ++x) {
        const int from_x = place(w.x + x, what.in.width, what.out.width) - in_window.x;
        std::copy_n(in.at(from_x, from_y), kChannels,
                    out.at(what.mirrored ? w.width - 1 - x : x, y));
      }
    }
  }

 private:
  static int place(int at, int in, int out) {
    return static_cast<int>(std::int64_t{at} * in / out);
  }
};

inline std::shared_ptr<ImageSource> open_memory(std::span<const std::byte> bytes,
                                                std::pmr::memory_resource*) {
  return std::make_unique<MemorySource>(bytes);
}

using StageBody = std::function<void(Sample&, Rng&)>;

class BodyStage final : public Stage {
 public:
  explicit BodyStage(StageBody body) : body_(std::move(body)) {}
  void apply(Sample& sample, Rng& rng) const override { body_(sample, rng); }

 private:
  StageBody body_;
};

/// A stage at its place from a lambda.
inline PlacedStage placed(std::string_view name, Role role, StageBody body) {
  static std::mutex mutex;
  static std::deque<StageSchema> schemas;  // outlive every list
  const std::lock_guard lock(mutex);
  schemas.push_back({name, "", role, false, {}, {}});
  return {&schemas.back(), std::make_shared<BodyStage>(std::move(body)), std::string(name) + "#0",
          std::string(name), false};
}

inline PlacedStage decode_stage() {
  return placed("decode", Role::decode, [](Sample& sample, Rng&) {
    static const NearestResampler resampler;
    sample.picture = Picture(std::make_shared<MemorySource>(sample.encoded), resampler);
  });
}

inline PlacedStage crop_stage(int side) {
  return placed("crop", Role::geometry, [side](Sample& sample, Rng& rng) {
    const Size size = sample.picture.size();
    const auto x = static_cast<int>(rng.between(0, size.width - side));
    const auto y = static_cast<int>(rng.between(0, size.height - side));
    sample.picture.crop({x, y, side, side});
  });
}

inline PlacedStage flip_stage() {
  return placed("flip", Role::augmentation, [](Sample& sample, Rng& rng) {
    if (rng.uniform() < 0.5) sample.picture.mirror();
  });
}

inline PlacedStage tint_stage() {
  return placed("tint", Role::normalisation, [](Sample& sample, Rng& rng) {
    ColourAffine shift;
    shift.m[3] = static_cast<float>(rng.normal());
    sample.picture.colour(shift);
  });
}

inline constexpr int kSide = 8;  // px, of the test batches

inline StageList training_stages() {
  return {decode_stage(), crop_stage(kSide), flip_stage(), tint_stage()};
}

inline TrainingPlan training_plan(int batch, std::uint64_t batches) {
  TrainingPlan plan;
  plan.seed = 5;
  plan.batch = batch;
  plan.image = {kSide, kSide};
  plan.batches = batches;
  return plan;
}

/// The digests of all batches, in order.
inline std::vector<std::string> digests(Flow& flow) {
  std::vector<std::string> all;
  while (const BatchLease lease = flow.next()) all.push_back(digest(*lease));
  return all;
}

}  // namespace vggflow::testing
