#include "experiments/report/thumbnails.h"

#include <algorithm>
#include <utility>

#include "base/error.h"
#include "experiments/spec/spec.h"
#include "stages/codec/encode_jpeg.h"
#include "stages/dataset/whole_picture.h"
#include "stages/resample/profile.h"

namespace vggflow {
namespace {

namespace fs = std::filesystem;

constexpr int kShortSide = 120;  // px
constexpr int kQuality = 80;
constexpr const char* kProfile = "pillow-bilinear";  // averages all that falls into a pixel

/// data.val alone: other parts of the spec may need what is not here, plugins say.
std::unique_ptr<Dataset> open_scored(const fs::path& folder, const fs::path& data) {
  const fs::path file = folder / "spec.yaml";
  const Value spec = read_yaml(file);
  const Value* sources = spec.find("data");
  const Value* source = sources != nullptr ? sources->find("val") : nullptr;
  if (source == nullptr) {
    throw Error(Origin::spec, "data.val: is missing, so there are no images to show",
                file.string());
  }
  const fs::path cache = fs::weakly_canonical(folder).parent_path() / ".index";
  return open_dataset(Params(*source, "data.val"), data, cache);
}

}  // namespace

Thumbnails::Thumbnails(const fs::path& folder, const fs::path& data)
    : dataset_(open_scored(folder, data)) {}

std::vector<std::byte> Thumbnails::jpeg(std::uint64_t id, const std::string& name) const {
  if (id >= dataset_->size() || dataset_->name(id) != name) {
    throw Error(Origin::data,
                "is not image " + std::to_string(id) + " of " + dataset_->description(), name);
  }
  std::vector<std::byte> encoded;
  dataset_->read(id, encoded);
  const Image picture =
      shrunk_to_short_side(decode_whole(encoded), kShortSide, resampling_profile(kProfile));
  const Size whole = picture.size();
  const int most = 2 * whole.short_side();
  const Size shown{std::min(whole.width, most), std::min(whole.height, most)};
  return encode_jpeg(picture.view().window(centre_window(whole, shown)), kQuality);
}

}  // namespace vggflow
