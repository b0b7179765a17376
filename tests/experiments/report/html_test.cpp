#include "experiments/report/html.h"

#include <gmock/gmock.h>

#include <stdexcept>

namespace vggflow {
namespace {

using ::testing::HasSubstr;

TEST(Html, TextCannotLeaveItsPlace) {
  EXPECT_EQ(html_text("</td><script>\"a' & b\xFF"),
            "&lt;/td&gt;&lt;script&gt;&quot;a&#39; &amp; b\xEF\xBF\xBD");
}

TEST(Html, LinksStartAtThePageAndAreEncoded) {
  EXPECT_EQ(href("/r/out/A b/50% #1?.h5", "/r/pages"), "../out/A%20b/50%25%20%231%3F.h5");
  EXPECT_EQ(href("/r/a:b.h5", "/r"), "a%3Ab.h5");  // else a browser takes "a" for a protocol
  EXPECT_EQ(href("/r/\xC3\xA9\"<", "/r"), "%C3%A9%22%3C");
}

TEST(Html, DifferencesHaveASign) {
  EXPECT_EQ(signed_digits(1.2), "+1.20");
  EXPECT_EQ(signed_digits(-1.2),
            "\xE2\x88\x92"
            "1.20");
  EXPECT_EQ(signed_digits(-0.004), "0.00");
}

TEST(Html, ADifferenceIsDrawnFromTheMiddle) {
  EXPECT_THAT(difference_bar(2, 4), HasSubstr("worse\""));
  EXPECT_THAT(difference_bar(2, 4), HasSubstr("--from:50.00%;--to:75.00%"));
  EXPECT_THAT(difference_bar(-4, 4), HasSubstr("better\""));
  EXPECT_THAT(difference_bar(-4, 4), HasSubstr("--from:0.00%;--to:50.00%"));
  EXPECT_THAT(difference_bar(0, 0), HasSubstr("--from:50.00%;--to:50.00%"));
}

TEST(Html, AnIntervalIsDrawnOnItsRange) {
  EXPECT_THAT(interval_bar({20, 40}, 30, {10, 50}),
              HasSubstr("--from:25.00%;--to:75.00%;--at:50.00%"));
  // All evaluations may have the same error, and no width.
  EXPECT_THAT(interval_bar({5, 5}, 5, {5, 5}), HasSubstr("--from:0.00%;--to:0.00%;--at:0.00%"));
}

TEST(Html, AColumnMayBreakItsLinesAndBeLeftOut) {
  HtmlTable table("t",
                  {{"name", kWords}, {.heading = "Q", .wide = true}, {"images", kNumber, true}});
  EXPECT_THAT(table.html(), HasSubstr("<th scope=\"col\" class=\"words\">name</th>"
                                      "<th scope=\"col\" class=\"wide\">Q</th>"
                                      "<th scope=\"col\" class=\"number wide\">images</th>"));
  EXPECT_EQ(narrow_line("a & b"), "<small class=\"narrow\">a &amp; b</small>");
  EXPECT_EQ(narrow_line(""), "");
}

TEST(Html, ARowHasAHeadingAndWhatItIsSortedBy) {
  HtmlTable table("a & b", {{"name"}, {"error", kNumber}});
  table.add({HtmlCell::text("<A>"), HtmlCell::number(12.345)});
  table.add({HtmlCell::text("B"), HtmlCell::number({})});
  EXPECT_THAT(table.html(), HasSubstr("<caption>a &amp; b</caption>"));
  EXPECT_THAT(table.html(), HasSubstr("<th scope=\"col\">name</th>"
                                      "<th scope=\"col\" class=\"number\">error</th>"));
  EXPECT_THAT(table.html(),
              HasSubstr("<tr><th scope=\"row\">&lt;A&gt;</th>"
                        "<td class=\"number\" data-order=\"12.345\">12.35</td></tr>"));
  EXPECT_THAT(table.html(), HasSubstr("<th scope=\"row\">B</th><td class=\"number\"></td>"));
  EXPECT_THROW(table.add({HtmlCell::text("too short")}), std::out_of_range);
}

}  // namespace
}  // namespace vggflow
