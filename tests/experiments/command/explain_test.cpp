#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "command_runner.h"

namespace vggflow::testing {
namespace {

using ::testing::HasSubstr;

TEST(ExplainCommand, Table2WantsNoSpecAndAllElseDoes) {
  const CommandResult table = run_vggflow({"explain", "--table2"});
  EXPECT_EQ(table.exit_code, 0);
  EXPECT_THAT(table.out, HasSubstr(" 138357544 "));
  const CommandResult nothing = run_vggflow({"explain"});
  EXPECT_EQ(nothing.exit_code, 2);
  EXPECT_THAT(nothing.err, HasSubstr("SPEC is required"));
  const CommandResult both = run_vggflow({"explain", "spec.yaml", "--table2"});
  EXPECT_EQ(both.exit_code, 2);
  EXPECT_THAT(both.err, HasSubstr("SPEC excludes --table2"));
}

}  // namespace
}  // namespace vggflow::testing
