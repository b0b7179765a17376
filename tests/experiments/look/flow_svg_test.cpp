#include "experiments/look/flow_svg.h"

#include "tests/experiments/spec/spec_files.h"

namespace vggflow {
namespace {

using testing::HasSubstr;
using testing::Not;

class FlowSvg : public SpecFiles {
 protected:
  [[nodiscard]] Spec crop() const {
    return spec("name: x\ndata: {train: {folder: images}}\npipeline: [{center_crop: {size: 8}}]\n");
  }
  /// Two workers for ten seconds; `render` has the most busy time.
  static FlowFigures figures() {
    return {.images_per_s = 123,
            .flow = {.nodes = {{"plan", 10, 0.1},
                               {"read", 640, 1},
                               {"decode#0", 640, 2},
                               {"center_crop#0", 640, 0.5},
                               {"render", 640, 9}},
                     .elapsed_s = 10,
                     .starved_s = 4,
                     .no_free_slot_s = 1,
                     .workers = 2}};
  }
  /// The group of one box.
  static std::string box(const std::string& svg, const std::string& name) {
    const auto at = svg.find("data-name=\"" + name + "\"");
    if (at == std::string::npos) return "no box " + name;
    const auto begin = svg.rfind("<g ", at);
    return svg.substr(begin, svg.find("</g>", at) - begin);
  }
};

TEST_F(FlowSvg, MarksTheNodeWithTheMostBusyTime) {
  const std::string svg = flow_svg(crop(), figures());
  EXPECT_THAT(box(svg, "render"), HasSubstr("45.0 % busy, 14062.5 \xC2\xB5s each"));
  EXPECT_THAT(box(svg, "render"), HasSubstr("class=\"node bottleneck\""));
  EXPECT_THAT(box(svg, "read"), HasSubstr("5.0 % busy, 1562.5 \xC2\xB5s each"));
  EXPECT_THAT(box(svg, "batch"), HasSubstr("waited 40.0 % of the time"));
  EXPECT_THAT(svg, HasSubstr("123 images/s"));
  EXPECT_EQ(svg.find("class=\"node bottleneck\""), svg.rfind("class=\"node bottleneck\""));
}

TEST_F(FlowSvg, MarksTheConsumerWhenTheWorkersWaitForIt) {
  FlowFigures waiting = figures();
  waiting.flow.no_free_slot_s = 5;
  const std::string svg = flow_svg(crop(), waiting);
  EXPECT_THAT(box(svg, "batch"), HasSubstr("class=\"node bottleneck\""));
  EXPECT_THAT(box(svg, "render"), Not(HasSubstr("bottleneck")));
}

TEST_F(FlowSvg, WithoutFiguresNothingIsMeasured) {
  const std::string svg = flow_svg(crop());
  EXPECT_THAT(svg, Not(HasSubstr("images/s")));
  EXPECT_THAT(svg, Not(HasSubstr("class=\"track\"")));
  EXPECT_THAT(box(svg, "center_crop#0"), HasSubstr("class=\"node deferred\""));
}

TEST_F(FlowSvg, ErrorForFiguresOfAnotherFlow) {
  FlowFigures other = figures();
  other.flow.nodes[3].name = "flip#0";
  EXPECT_EQ(error_of([&] { static_cast<void>(flow_svg(crop(), other)); }, Origin::data),
            "the figures are of another flow: this spec has no node 'flip#0'");
  other = figures();
  other.flow.nodes.erase(other.flow.nodes.begin() + 3);
  EXPECT_EQ(
      error_of([&] { static_cast<void>(flow_svg(crop(), other)); }, Origin::data),
      "the figures are of another flow: they have no node '" + figures().flow.nodes[3].name + "'");
}

}  // namespace
}  // namespace vggflow
