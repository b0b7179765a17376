#include "base/error.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>
#include <vector>

namespace vggflow {
namespace {

TEST(Error, SaysWhereThenWhat) {
  EXPECT_STREQ(Error(Origin::data, "is torn", "a.tar").what(), "a.tar: is torn");
  EXPECT_STREQ(Error(Origin::data, "is torn").what(), "is torn");
}

TEST(Error, TheOriginDecidesTheExitCode) {
  EXPECT_EQ(Error(Origin::usage, "").exit_code(), 2);
  EXPECT_EQ(Error(Origin::spec, "").exit_code(), 2);
  EXPECT_EQ(Error(Origin::data, "").exit_code(), 1);
  EXPECT_EQ(Error(Origin::system, "").exit_code(), 1);
  EXPECT_EQ(Error(Origin::engine, "").exit_code(), 1);
  EXPECT_EQ(Error(Origin::stopped, "").exit_code(), 75);
}

TEST(Error, SystemErrorsTellTheReason) {
  errno = ENOENT;
  EXPECT_STREQ(system_error("cannot open", "x.yaml").what(),
               "x.yaml: cannot open: No such file or directory");
}

TEST(Joined, ReadsAsASentence) {
  using Words = std::vector<std::string>;
  EXPECT_EQ(joined(Words{}), "");
  EXPECT_EQ(joined(Words{"a"}), "a");
  EXPECT_EQ(joined(Words{"a", "b"}), "a or b");
  EXPECT_EQ(joined(Words{"a", "b", "c"}), "a, b or c");
  EXPECT_EQ(joined(Words{"a", "b", "c"}, ", "), "a, b, c");
}

}  // namespace
}  // namespace vggflow
