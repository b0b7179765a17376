#include "nets/cudnn/plan_cache.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace vggflow::cudnn {
namespace {

class PlanCaches : public testing::Test {
 protected:
  void SetUp() override { std::filesystem::create_directories(folder_); }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::filesystem::path folder_ =
      std::filesystem::path(::testing::TempDir()) /
      ("plans-" + std::string(testing::UnitTest::GetInstance()->current_test_info()->name()));
};

TEST_F(PlanCaches, KnowsNextTimeWhatWasFastest) {
  PlanCache first(folder_ / "cache", "NVIDIA H200", "cuDNN 9.19.0");
  EXPECT_EQ(first.find("forward 1"), "");
  first.add("forward 1", "eng5_k2=3");
  first.add("forward 2", "eng0");
  first.add("forward 1", "eng6");
  EXPECT_EQ(first.path().filename(), "NVIDIA_H200-cuDNN_9.19.0.plans");
  const PlanCache next(folder_ / "cache", "NVIDIA H200", "cuDNN 9.19.0");
  EXPECT_EQ(next.find("forward 1"), "eng6");
  EXPECT_EQ(next.find("forward 2"), "eng0");
  EXPECT_EQ(PlanCache(folder_ / "cache", "NVIDIA A100", "cuDNN 9.19.0").find("forward 1"), "");
}

TEST_F(PlanCaches, KeepsWhatOthersHaveAdded) {
  PlanCache one(folder_, "card", "1");
  PlanCache other(folder_, "card", "1");
  one.add("a", "1");
  other.add("b", "2");
  const PlanCache next(folder_, "card", "1");
  EXPECT_EQ(next.find("a"), "1");
  EXPECT_EQ(next.find("b"), "2");
}

TEST_F(PlanCaches, DamagedLinesAreAsGoodAsNone) {
  PlanCache made(folder_, "card", "1");
  made.add("a", "1");
  std::ofstream(made.path(), std::ios::app) << "no tab\n\0\xff\xfe";
  const PlanCache next(folder_, "card", "1");
  EXPECT_EQ(next.find("a"), "1");
  EXPECT_EQ(next.find("no tab"), "");
}

TEST_F(PlanCaches, WithoutAFolderOrRoomItGoesOnWithoutAFile) {
  PlanCache none({}, "card", "1");
  none.add("a", "1");
  EXPECT_EQ(none.find("a"), "1");
  std::ofstream(folder_ / "file") << "in the way";
  PlanCache blocked(folder_ / "file", "card", "1");
  blocked.add("a", "1");
  EXPECT_EQ(blocked.find("a"), "1");
}

}  // namespace
}  // namespace vggflow::cudnn
