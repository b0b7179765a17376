#pragma once

#include <memory>
#include <string>
#include <utility>

#include "base/error.h"
#include "pipeline/stage.h"
#include "stages/resample/profile.h"
#include "tests/stages/test_images.h"

namespace vggflow::testing {

/// Builds one stage, "random_crop size=8", and applies it to pictures held in memory.
class StageUnderTest {
 public:
  explicit StageUnderTest(const std::string& text)
      : placed_(make_stages(stage_list(text), "pipeline").back()) {}

  /// The picture after the stage, image by image: `id` keys the random numbers.
  [[nodiscard]] Picture operator()(Size size, std::uint64_t id = 0) const {
    Sample sample;
    sample.id = id;
    sample.picture = Picture(std::make_shared<MemorySource>(test_picture(size)),
                             resampling_profile("opencv-linear"));
    Rng rng = stage_rng(placed_, 1, 0, id);
    placed_.stage->apply(sample, rng);
    return sample.picture;
  }
  [[nodiscard]] Extent extent(Extent in) const { return placed_.stage->extent(in); }
  [[nodiscard]] Role role() const { return placed_.role(); }

 private:
  PlacedStage placed_;
};

[[nodiscard]] inline std::vector<std::uint8_t> pixels_of(const Picture& picture) {
  Image image(picture.size());
  picture.render(image.view());
  return bytes(image.view());
}

/// The message of the Error that `action` throws; "no error" if it does not.
template <class Action>
[[nodiscard]] std::string error_of(Action action) {
  try {
    action();
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

}  // namespace vggflow::testing
