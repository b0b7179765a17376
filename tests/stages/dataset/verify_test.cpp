#include "stages/dataset/verify.h"

#include <gmock/gmock.h>

#include "stages/codec/open_image.h"
#include "tests/stages/dataset/encoded_dataset.h"

namespace vggflow::testing {
namespace {

using ::testing::HasSubstr;

TEST(VerifyDataset, FindsWhatIsWrongAndSaysWhyInOrderForAnyWorkers) {
  EncodedDataset dataset = jpeg_dataset(60);
  dataset.file(3).clear();
  dataset.file(20) = std::vector<std::byte>(100, std::byte{'x'});
  dataset.file(41).resize(dataset.file(41).size() / 2);
  for (const int workers : {1, 2, 3, 8}) {
    const VerifiedDataset verified = verify_dataset(dataset, {.workers = workers});
    EXPECT_EQ(verified.images, 60U);
    ASSERT_EQ(verified.failed.size(), 3U);
    EXPECT_EQ(verified.failed[0].id, 3U);
    EXPECT_EQ(verified.failed[0].name, "c0/1003.JPEG");
    EXPECT_EQ(verified.failed[0].reason, "read: cannot open");
    EXPECT_EQ(verified.failed[1].id, 20U);
    EXPECT_THAT(verified.failed[1].reason, HasSubstr("decode: no image of a known kind"));
    EXPECT_EQ(verified.failed[2].id, 41U);
    EXPECT_THAT(verified.failed[2].reason, HasSubstr("decode: damaged JPEG"));
  }
}

TEST(VerifyDataset, JudgesWhatLiesBelowAnyWindow) {
  EncodedDataset dataset = jpeg_dataset(2);
  cut_end(dataset.file(1));
  // A window at the top is whole ...
  const auto source = open_image(dataset.file(1));
  EXPECT_NO_THROW(static_cast<void>(window_of(*source, {0, 0, source->size().width, 8})));
  // ... and the file is not.
  const VerifiedDataset verified = verify_dataset(dataset, {});
  ASSERT_EQ(verified.failed.size(), 1U);
  EXPECT_EQ(verified.failed[0].id, 1U);
}

TEST(VerifyDataset, StopsEarly) {
  const EncodedDataset dataset = jpeg_dataset(50);
  const std::atomic<bool> stop{true};
  EXPECT_EQ(verify_dataset(dataset, {.workers = 2, .stop = &stop}).images, 0U);
}

}  // namespace
}  // namespace vggflow::testing
