#include "stages/dataset/whole_picture.h"

#include "pipeline/picture.h"
#include "stages/resample/profile.h"
#include "tests/stages/dataset/encoded_dataset.h"

namespace vggflow::testing {
namespace {

const Resampler& profile() { return resampling_profile("pillow-bilinear"); }

TEST(WholePicture, IsAllOfIt) {
  EncodedDataset dataset = jpeg_dataset(1);
  const Image picture = decode_whole(dataset.file(0));
  EXPECT_EQ(to_string(picture.size()), "40x30");
  cut_end(dataset.file(0));
  EXPECT_THROW(static_cast<void>(decode_whole(dataset.file(0))), Error);
}

TEST(ShrunkToShortSide, KeepsProportionsAndNeverEnlarges) {
  const Image picture = test_picture({60, 41});
  EXPECT_EQ(to_string(shrunk_to_short_side(picture, 20, profile()).size()), "29x20");
  for (const int side : {41, 42, 500}) {
    const Image same = shrunk_to_short_side(picture, side, profile());
    EXPECT_EQ(bytes(same.view()), bytes(picture.view()));
  }
  EXPECT_EQ(to_string(shrunk_to_short_side(test_picture({5, 90}), 1, profile()).size()), "1x18");
}

TEST(ShrunkToShortSide, IsWhatALazyPictureRenders) {
  const Image picture = test_picture({60, 41});
  Picture lazy(std::make_shared<MemorySource>(picture), profile());
  lazy.rescale({29, 20});
  Image expected({29, 20});
  lazy.render(expected.view());
  EXPECT_EQ(bytes(shrunk_to_short_side(picture, 20, profile()).view()), bytes(expected.view()));
}

}  // namespace
}  // namespace vggflow::testing
