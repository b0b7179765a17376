#include "nets/net.h"

#include <gmock/gmock.h>

#include <map>

#include "base/error.h"
#include "nets/vgg.h"

namespace vggflow {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::ThrowsMessage;

TEST(NetTest, ParameterCountsArePaperTable2) {
  const std::map<std::string_view, std::int64_t> table2{{"A", 132863336}, {"A-LRN", 132863336},
                                                        {"B", 133047848}, {"C", 133638952},
                                                        {"D", 138357544}, {"E", 143667240}};
  ASSERT_EQ(vgg_letters().size(), table2.size());
  for (const auto& [letter, count] : table2) {
    EXPECT_EQ(parameter_count(vgg_net(letter, {})), count) << letter;
  }
}

}  // namespace
}  // namespace vggflow
