#include "experiments/tables/table2.h"

#include <gmock/gmock.h>

#include <sstream>

#include "nets/vgg.h"
#include "tests/experiments/spec/paper_facts.h"

namespace vggflow {
namespace {

using ::testing::ElementsAre;

/// The words of the line that begins with this one.
std::vector<std::string> line_of(const std::string& net) {
  std::istringstream lines(table2_text());
  for (std::string line; std::getline(lines, line);) {
    std::istringstream in(line);
    std::vector<std::string> words{std::istream_iterator<std::string>(in), {}};
    if (!words.empty() && words.front() == net) return words;
  }
  return {};
}

TEST(Table2, HasTheParametersOfThePaper) {
  for (const std::string_view letter : vgg_letters()) {
    const std::string net(letter);
    const std::vector<std::string> line = line_of(net);
    ASSERT_EQ(line.size(), 5U) << net;
    EXPECT_EQ(line[2], PaperFacts::text("table2." + net));
  }
}

// By hand, for D: convolutions 2 x 64 x 224^2 + 2 x 128 x 112^2 + 3 x 256 x 56^2 + 3 x 512 x 28^2 +
// 3 x 512 x 14^2 = 13,547,520; pools 64 x 112^2 + 128 x 56^2 + 256 x 28^2 + 512 x 14^2 + 512 x 7^2
// = 1,530,368; 4096 + 4096 + 1000; the picture 3 x 224^2: 15,237,608 numbers of 4 bytes. LRN of
// A-LRN keeps 64 x 224^2 more than A.
TEST(Table2, CountsWhatTrainingKeeps) {
  EXPECT_EQ(activation_bytes(vgg_net("D", {})), 4 * 15237608);
  EXPECT_EQ(activation_bytes(vgg_net("A-LRN", {})) - activation_bytes(vgg_net("A", {})),
            4 * 64 * 224 * 224);
  EXPECT_THAT(line_of("D"), ElementsAre("D", "16", "138357544", "30.94", "61.0"));
  EXPECT_THAT(line_of("E")[1], "19");
  EXPECT_THAT(line_of("A")[1], "11");
}

}  // namespace
}  // namespace vggflow
