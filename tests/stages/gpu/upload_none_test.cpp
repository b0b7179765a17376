#include <gtest/gtest.h>

#include "base/error.h"
#include "stages/gpu/upload.h"

namespace vggflow {
namespace {

TEST(Upload, ABuildWithoutCudaSaysSo) {
  try {
    static_cast<void>(make_upload_stage(nullptr));
    ADD_FAILURE() << "there is no CUDA";
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(), "this build has no CUDA");
    EXPECT_EQ(error.origin(), Origin::engine);
  }
}

}  // namespace
}  // namespace vggflow
