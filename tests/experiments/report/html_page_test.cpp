#include "experiments/report/html_page.h"

#include <gmock/gmock.h>

#include "base/error.h"
#include "experiments/report/html.h"
#include "tests/experiments/report/report_folder.h"

namespace vggflow {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::Not;

class HtmlPageTest : public ReportFolder {
 protected:
  [[nodiscard]] std::string whole_page() const {
    return report_html({.out = out_, .folder = out_});
  }
  /// Without style and scripts.
  [[nodiscard]] std::string page() const { return body_of(whole_page()); }
  static std::string body_of(const std::string& html) {
    const auto from = html.find("<body>");
    return html.substr(from, html.find("<!--", from) - from);
  }
};

TEST_F(HtmlPageTest, TellsOfEveryEvaluationAndWhereItsNumbersComeFrom) {
  add(out_ / "D-256", "D-256", 3);
  add(out_ / "A-256", "A-256", 0);
  const std::string html = page();
  EXPECT_THAT(html, HasSubstr("<h1>Report of 2 experiments</h1>"));
  EXPECT_LT(html.find("<h2>A-256</h2>"), html.find("<h2>D-256</h2>"));
  EXPECT_THAT(html, HasSubstr("<p>Nothing was trained.</p>"));
  EXPECT_THAT(html, HasSubstr("<a href=\"D-256/evaluations/single.h5\">33.33</a>"));
  EXPECT_THAT(html, HasSubstr("6.15 to 79.23"));
  EXPECT_THAT(html, HasSubstr("premature end of the file"));
  EXPECT_THAT(html, HasSubstr("<th scope=\"row\">commit</th><td class=\"prose\">abc</td>"));
  EXPECT_THAT(html, HasSubstr("Without pictures:</strong> report --data DIR"));
  EXPECT_EQ(whole_page(), whole_page());
}

TEST_F(HtmlPageTest, LinksStartWhereThePageIsKept) {
  add(out_ / "A 1", "A", 1);
  EXPECT_THAT(body_of(report_html({.out = out_, .folder = out_ / "pages"})),
              HasSubstr("href=\"../A%201/evaluations/single.h5\""));
}

TEST_F(HtmlPageTest, AllThatIsDamagedIsALineAndTheRestIsThere) {
  add(out_ / "A", "A", 1);
  add(out_ / "B", "B", 1);
  add(out_ / "C", "C", 1);
  fs::resize_file(out_ / "A/evaluations/single.h5", 1000);
  write(out_ / "B/results.h5", "garbage");
  write(out_ / "B/flow.json", "garbage");
  write(out_ / "B/weights.h5", "garbage");
  write(out_ / "tables/t.json", "garbage");
  write(out_ / "fusions/f.h5", "garbage");
  const std::string html = page();
  for (const char* file : {"A/evaluations/single.h5", "B/results.h5", "B/flow.json", "B/weights.h5",
                           "tables/t.json", "fusions/f.h5"}) {
    const auto at = html.find("</strong> " + (out_ / file).string());
    EXPECT_NE(at, std::string::npos) << file;
  }
  EXPECT_THAT(html, HasSubstr("<a href=\"C/evaluations/single.h5\">33.33</a>"));
}

TEST_F(HtmlPageTest, NamesAreText) {
  const std::string nasty = "<script>alert(1)<";
  EvaluationResult result = evaluation();
  result.class_names = {nasty, "\"y\" {{data}} {{"};
  result.names[1] = "</ul>{{style}}";
  result.failed = {{1, "</ul>{{style}}", "<b>"}};
  save_evaluation(out_ / "A", result, {{"device", nasty}});
  save_results(out_ / "A", {}, {{"device", nasty}});
  const std::string html = page();
  EXPECT_THAT(html, Not(HasSubstr(nasty)));
  EXPECT_THAT(html, HasSubstr("&lt;script&gt;alert(1)&lt;"));
  EXPECT_THAT(html, HasSubstr("&lt;/ul&gt;{{style}}"));  // filled in once, and not again
  EXPECT_EQ(count(whole_page(), "<script"), 3U);
}

TEST_F(HtmlPageTest, MeasuredCellsOfATableLeadToTheirScores) {
  add(out_ / "tiny", "tiny", 1);
  fs::create_directories(out_ / "tables");
  fs::copy_file(VGGFLOW_SAMPLE_TABLE, out_ / "tables/table3.json");
  const std::string html = page();
  EXPECT_THAT(html, HasSubstr("<h3>Table 3: a single test scale &lt;b&gt;</h3>"));
  EXPECT_THAT(html,
              HasSubstr("<th scope=\"row\" class=\"words\"><a href=\"#experiment-1-1\">A</a>"
                        "<small class=\"narrow\">S\u00a0256, Q\u00a0256, dense</small></th>"));
  EXPECT_THAT(html, HasSubstr("<a href=\"tiny/evaluations/single.h5\">27.50</a> "
                              "<small>26.10 to 28.90</small>"));
  const std::string minus = "\xE2\x88\x92";
  EXPECT_THAT(html, HasSubstr("data-order=\"-2.1\">" + minus + "2.10<span"));
  EXPECT_THAT(html, HasSubstr("data-order=\"1.55\">+1.55<span"));
  // The largest difference, 25.6 - 9.75, fills its half.
  EXPECT_THAT(html, HasSubstr(minus + "15.85" + difference_bar(-1, 1)));
  EXPECT_THAT(html, HasSubstr("<span class=\"verdict fails\">does not hold</span>"));
  EXPECT_THAT(html, HasSubstr("p = 1.2e-04: holds"));
  EXPECT_THAT(html, HasSubstr("E (S 256, Q 256): not run: it starts from A, which failed"));
}

TEST_F(HtmlPageTest, AThousandClassesStayALittlePage) {
  constexpr int kClasses = 1000;
  EvaluationResult result = evaluation();
  result.classes = kClasses;
  result.scores.assign(kClasses * 2 * kClasses, 0);
  result.labels.clear();
  result.ids.clear();
  result.names.clear();
  result.class_names.clear();
  result.failed.clear();
  for (int c = 0; c < kClasses; ++c) result.class_names.push_back("n" + std::to_string(c));
  for (int n = 0; n < 2 * kClasses; ++n) {
    result.labels.push_back(n / 2);
    result.ids.push_back(static_cast<std::uint64_t>(n));
    result.names.push_back(std::to_string(n));
    const int best = n % 2 == 0 ? n / 2 : n * 7 % kClasses;
    result.scores[static_cast<std::size_t>(n * kClasses + best)] = 1;
  }
  compute_errors(result);
  add(out_ / "A", "A", 1);
  const std::size_t small = whole_page().size();
  save_evaluation(out_ / "A", result, {});
  EXPECT_LT(whole_page().size(), small + 100'000);
  const std::string html = page();
  EXPECT_THAT(html, HasSubstr("The worst 50 of 1000 classes."));
  EXPECT_THAT(html, HasSubstr("A cell stands for 10 by 10 neighbouring classes."));
  EXPECT_THAT(html, HasSubstr("\"n0 to n9\""));
}

TEST_F(HtmlPageTest, NoExperimentIsADataError) { EXPECT_THROW((void)page(), Error); }

}  // namespace
}  // namespace vggflow
