#include "experiments/command/per_class.h"

#include <gtest/gtest.h>

#include <utility>
#include <vector>

#include "base/error.h"

namespace vggflow {
namespace {

TEST(ImagesPerClass, SharesOutEvenly) {
  EXPECT_EQ(images_per_class("--train", 2000, 10), 200);
  EXPECT_EQ(images_per_class("--train", 10, 10), 1);
}

TEST(ImagesPerClass, WhatCannotBeSharedEvenlyIsAUsageError) {
  const std::vector<std::pair<int, int>> wrong{{5, 10},  {0, 10}, {-10, 10},
                                               {15, 10}, {10, 0}, {10, -1}};
  for (const auto& [images, classes] : wrong) {
    try {
      static_cast<void>(images_per_class("--val", images, classes));
      ADD_FAILURE() << images << " images of " << classes << " classes";
    } catch (const Error& error) {
      EXPECT_EQ(error.origin(), Origin::usage);
    }
  }
}

}  // namespace
}  // namespace vggflow
