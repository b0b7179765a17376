#include "stages/dataset/pack.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

#include "base/atomic_file.h"
#include "base/error.h"
#include "pipeline/dataset/tar_writer.h"
#include "stages/codec/encode_jpeg.h"
#include "stages/dataset/pack_folder.h"
#include "stages/dataset/sample_keys.h"
#include "stages/dataset/whole_picture.h"
#include "stages/resample/profile.h"

namespace vggflow {
namespace {

namespace fs = std::filesystem;

constexpr int kMostJpegSide = 65500;  // px; libjpeg's JPEG_MAX_DIMENSION

void require_valid(const PackOptions& options) {
  const auto require = [](const char* what, int value, int least, int most) {
    if (value >= least && value <= most) return;
    throw Error(Origin::usage, std::string(what) + " is " + std::to_string(value) + "; allowed: " +
                                   std::to_string(least) + " to " + std::to_string(most));
  };
  require("the shard size", options.shard_images, 1, 1 << 24);
  if (options.short_side) require("the short side", *options.short_side, 1, kMostJpegSide);
  if (options.quality) require("the quality", *options.quality, 1, 100);
}

/// One image as it goes into a shard.
struct Packed {
  std::vector<std::byte> bytes;
  std::string_view ending;
};

class Packer {
 public:
  explicit Packer(const PackOptions& options)
      : options_(options), profile_(resampling_profile(options.profile)) {}

  /// Decodes it whole in any case: a damaged image is dropped, not copied.
  Packed operator()(std::span<const std::byte> encoded) const {
    Image picture = decode_whole(encoded);
    const bool shrinks = options_.short_side && picture.size().short_side() > *options_.short_side;
    if (!shrinks && !options_.quality) {
      constexpr std::byte kPng{0x89};  // decode_whole() knows no third kind
      return {{encoded.begin(), encoded.end()}, encoded.front() == kPng ? ".png" : ".jpg"};
    }
    if (shrinks) {
      picture = shrunk_to_short_side(std::move(picture), *options_.short_side, profile_);
    }
    return {encode_jpeg(picture.view(), options_.quality.value_or(kPackQuality)), ".jpg"};
  }

 private:
  PackOptions options_;
  const Resampler& profile_;
};

/// Takes images in the order of ids and writes a shard whenever all of its are there.
class ShardWriter {
 public:
  ShardWriter(const Dataset& dataset, const PackFolder& folder, std::uint64_t each,
              DroppedList& list, PackedDataset& packed)
      : dataset_(dataset),
        folder_(folder),
        each_(each),
        keys_(dataset),
        list_(list),
        packed_(packed) {}

  void take(std::uint64_t id, const Packed& image, const std::optional<FailedSample>& failure) {
    if (!tar_) begin(id / each_);
    if (failure) {
      drop(*failure);
    } else {
      const std::string key = keys_[id];
      const std::string label = std::to_string(dataset_.label(id));
      tar_->add(key + std::string(image.ending), image.bytes);
      tar_->add(key + ".cls", std::as_bytes(std::span(label)));
    }
    if (id + 1 == std::min<std::uint64_t>((id / each_ + 1) * each_, dataset_.size())) finish();
  }

 private:
  void begin(std::uint64_t index) {
    list_.forget(index * each_, (index + 1) * each_);
    file_.emplace(folder_.shard(index));
    tar_.emplace(file_->temporary(), file_->path().string());
  }
  void drop(const FailedSample& image) {
    list_.add(image);
    packed_.dropped.push_back(image);
  }
  void finish() {
    tar_->close();
    list_.save();  // first: see DroppedList
    file_->commit();
    tar_.reset();
    file_.reset();
    ++packed_.shards_made;
  }

  const Dataset& dataset_;
  const PackFolder& folder_;
  std::uint64_t each_;
  SampleKeys keys_;
  DroppedList& list_;
  PackedDataset& packed_;
  std::optional<PendingFile> file_;
  std::optional<TarWriter> tar_;  // of file_; closed before it
};

std::vector<std::uint64_t> ids_of(const std::vector<std::uint64_t>& shards, std::uint64_t each,
                                  std::uint64_t images) {
  std::vector<std::uint64_t> ids;
  for (const std::uint64_t shard : shards) {
    for (std::uint64_t id = shard * each; id < std::min((shard + 1) * each, images); ++id) {
      ids.push_back(id);
    }
  }
  return ids;
}

std::vector<std::string> emptied_classes(const Dataset& dataset, const DroppedList& dropped) {
  std::vector<bool> had(dataset.classes().size());  // a list may leave classes empty by itself
  std::vector<bool> has(dataset.classes().size());
  for (std::uint64_t id = 0; id < dataset.size(); ++id) {
    const auto label = static_cast<std::size_t>(dataset.label(id));
    had[label] = true;
    if (!dropped.has(id)) has[label] = true;
  }
  std::vector<std::string> emptied;
  for (std::size_t label = 0; label < had.size(); ++label) {
    if (had[label] && !has[label]) emptied.push_back(dataset.classes()[label]);
  }
  return emptied;
}

}  // namespace

PackedDataset pack_dataset(const Dataset& dataset, const fs::path& dir, const PackOptions& options,
                           const PassOptions& how) {
  if (dir.empty()) throw Error(Origin::usage, "the folder's name is empty; allowed: a path");
  require_valid(options);
  const Packer packer(options);
  if (dataset.size() == 0) throw Error(Origin::data, "holds no images", dataset.description());
  const PackFolder folder(dataset, dir, options);
  DroppedList list(dir / "dropped.txt");
  PackedDataset packed{.shards = folder.shards(), .dropped = {}, .emptied_classes = {}};
  const auto each = static_cast<std::uint64_t>(options.shard_images);
  ShardWriter writer(dataset, folder, each, list, packed);
  const std::vector<std::uint64_t> ids = ids_of(folder.missing(), each, dataset.size());
  const std::uint64_t taken = pass_over<Packed>(
      dataset, ids, how,
      [&](std::uint64_t, std::span<const std::byte> encoded) { return packer(encoded); },
      [&](std::uint64_t id, const Packed& image, const std::optional<FailedSample>& failure) {
        writer.take(id, image, failure);
      });
  packed.stopped = taken < ids.size();
  packed.dropped_in_all = list.size();
  if (!packed.stopped) packed.emptied_classes = emptied_classes(dataset, list);
  return packed;
}

}  // namespace vggflow
