#include "experiments/tables/render/render_table.h"

#include <gmock/gmock.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <sstream>

#include "experiments/tables/render/write_table.h"
#include "tests/experiments/look/oracle.h"

namespace vggflow {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

Table table() {
  TableRow a;
  a.cell = {{{"configs/vgg/A-256.yaml", "single"}}};
  a.net = "A";
  a.train_scale = "256";
  a.test_scale = "256";
  a.paper = {29.6, 10.4, {}};
  a.measured = MeasuredErrors{.top1 = 31.125,
                              .top5 = 10.25,
                              .top1_interval = {30.7205, 31.5325},
                              .top5_interval = {9.986, 10.519},
                              .images = 50000,
                              .failed = 2,
                              .file = "A-256/evaluations/single.h5"};
  TableRow d;
  d.cell = {{{"configs/vgg/D-jitter.yaml", "single"}}};
  d.label = "D | again";
  d.train_scale = "[256;512]";
  d.paper.top1 = 25.6;
  d.note = "train.tar: there is no such file";
  TableRow unnamed;
  unnamed.cell = {{{"configs/vgg/E-256.yaml", "single"}}};
  Table table{.name = "table3", .title = "Table 3", .rows = {a, d, unnamed}};
  table.notes = {"The paper's errors are of the full-size nets."};
  return table;
}

Finding finding() {
  return {.claim = "B beats A",
          .section = "4.1",
          .pairs = {{.better = {{{"B-256.yaml", "single"}}},
                     .worse = {{{"A-256.yaml", "single"}}},
                     .better_error = 28.5,
                     .worse_error = 31.125,
                     .p = 0.00012,
                     .verdict = Verdict::holds},
                    {.better = {{{"B-256.yaml", "single"}}},
                     .worse = {{}, "seven"},
                     .note = "seven.h5: is missing"}},
          .verdict = Verdict::holds};
}

std::vector<std::string> lines(const std::string& text) {
  std::vector<std::string> found;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) found.push_back(line);
  return found;
}

TEST(TableAsMarkdown, HasEveryCell) {
  const auto rows = lines(to_markdown(table()));
  EXPECT_EQ(rows[0], "# Table 3");
  EXPECT_THAT(rows[2], StartsWith("| net | S train | Q test | paper top-1 | paper top-5 |"));
  EXPECT_EQ(rows[4],
            "| A | 256 | 256 | 29.6 | 10.4 | 31.12 | 10.25 | +1.52 | -0.15 | 30.72-31.53 | "
            "9.99-10.52 | 50000 (2 failed) | A-256/evaluations/single.h5 |");
  EXPECT_EQ(rows[5], "| D \\| again | [256;512] | - | 25.6 | - | - | - | - | - | - | - | - | - |");
  EXPECT_THAT(rows[6], StartsWith("| E-256/single | - |"));
}

TEST(TableAsMarkdown, EveryLineHasAsManyColumns) {
  const auto rows = lines(to_markdown(table()));
  const auto bars = [](const std::string& row) {
    return std::ranges::count(row, '|') - (row.find("\\|") != std::string::npos);
  };
  for (std::size_t i = 2; i <= 6; ++i) EXPECT_EQ(bars(rows[i]), 14) << rows[i];
}

TEST(TableAsMarkdown, HasViewsWhereRowsDifferInThem) {
  Table views = table();
  for (TableRow& row : views.rows) row.views = "dense+mirror";
  EXPECT_THAT(lines(to_markdown(views))[2], Not(HasSubstr("views")));
  views.rows[1].views = "grid5+mirror";
  EXPECT_THAT(lines(to_markdown(views))[2], HasSubstr("| Q test | views | paper top-1 |"));
  EXPECT_THAT(lines(to_markdown(views))[5], HasSubstr("| - | grid5+mirror | 25.6 |"));
}

TEST(TableAsText, ViewsOfAllRowsAreSaidOnce) {
  Table views = table();
  const std::string note = "\nViews of all rows: dense+mirror.\n";
  EXPECT_THAT(to_text(views), Not(HasSubstr("Views")));
  views.rows[0].views = views.rows[1].views = "dense+mirror";  // the last row is the paper's alone
  EXPECT_THAT(to_text(views), HasSubstr(note));
  EXPECT_THAT(to_markdown(views), HasSubstr(note));
  views.rows[1].views = "grid5+mirror";
  EXPECT_THAT(to_text(views), Not(HasSubstr("Views")));
}

TEST(TableAsCsv, EveryRowHasAName) {
  Table table = vggflow::table();
  table.rows[1].cell = {{{"D.yaml", "multi"}, {"E.yaml", "multi"}}, "two-nets"};
  table.rows[2].cell = {};
  table.rows[2].label = "GoogLeNet";
  const auto rows = lines(to_csv(table));
  EXPECT_THAT(rows[0], StartsWith("name,net,label,"));
  EXPECT_THAT(rows[1], StartsWith("A-256/single,A,,"));
  EXPECT_THAT(rows[2], StartsWith("two-nets,,D | again,"));
  EXPECT_THAT(rows[3], StartsWith("GoogLeNet,,GoogLeNet,"));
}

TEST(TableAsText, ColumnsAreAligned) {
  Table wide = table();
  wide.rows[2].label = "\u00c9";  // one column, two bytes
  wide.rows[2].paper.top1 = 7;
  const auto rows = lines(to_text(wide));
  EXPECT_EQ(rows[0], "Table 3");
  const auto end = rows[2].find("paper top-1") + std::string("paper top-1").size();
  EXPECT_EQ(rows[4].substr(end - 4, 4), "29.6");
  EXPECT_EQ(rows[5].substr(end - 4, 4), "25.6");
  EXPECT_EQ(rows[6].substr(end - 4 + 1, 4), " 7.0");
  EXPECT_THAT(rows[4], EndsWith("A-256/evaluations/single.h5"));
  EXPECT_THAT(rows[3], StartsWith("---"));
}

TEST(TableAsText, NotesAndWhatFailedStandBelow) {
  for (const std::string& text : {to_text(table()), to_markdown(table())}) {
    EXPECT_THAT(text, HasSubstr("\nThe paper's errors are of the full-size nets.\n"));
    EXPECT_THAT(text, HasSubstr("again (S [256;512]): train.tar: there is no such file\n"));
  }
}

TEST(TableAsText, ANoteOfSeveralRowsStandsOnce) {
  Table twice = table();
  twice.rows.push_back(twice.rows[1]);
  const std::string text = to_text(twice);
  const std::string note = "train.tar: there is no such file";
  EXPECT_EQ(text.find(note), text.rfind(note));
}

TEST(TableAsText, FindingsStandBelow) {
  Table found = table();
  EXPECT_THAT(to_text(found), Not(HasSubstr("Findings")));
  found.findings = {finding()};
  EXPECT_THAT(
      to_text(found),
      AllOf(
          HasSubstr(
              "\nB beats A (section 4.1): holds (1 of 2 pairs measured)\n    B-256/single  28.50  "
              "A-256/single  31.12  0.00012  holds\n"),
          HasSubstr("seven             -        -  not measured: seven.h5: is missing\n")));
  EXPECT_THAT(to_markdown(found), HasSubstr("**B beats A (section 4.1): holds (1 of 2 pairs "
                                            "measured)**\n\n| better | top-1 | worse |"));
}

TEST(TableAsLatex, ARowThatBeginsWithABracketIsNoArgumentOfTheOneBefore) {
  Table other = table();
  other.rows[1].label = "[12] Clarifai";
  EXPECT_THAT(to_latex(other), HasSubstr("\n  {}[12] Clarifai & "));
}

TEST(TableAsLatex, IsABooktabsFloat) {
  const std::string text = to_latex(table());
  EXPECT_THAT(text, AllOf(HasSubstr("\\caption{Table 3}"), HasSubstr("{lllrrrrrrrrr}"),
                          HasSubstr("\\toprule\n  net & S train"), HasSubstr("95 \\% top-1"),
                          HasSubstr("  A & 256 & 256 & 29.6 & 10.4 & 31.12 & 10.25 & +1.52 & "
                                    "$-$0.15 & 30.72--31.53 & 9.99--10.52 & 50000 (2 failed) "
                                    "\\\\ % A-256/evaluations/single.h5\n"),
                          HasSubstr("  D \\textbar{} again & [256;512] & - & 25.6 & -- & -- &")));
}

/// Texts with all that some format could take for its own.
Table nasty() {
  Table table{.name = "nasty", .title = "50 % of <b>\"A\" & B</b> \\ $x_1^2$ ~ #{y}", .rows = {}};
  table.notes = {"a | b, c; 'd' `e` *f* </p>"};
  for (const char* label :
       {"a,b\"c\"", "<script>alert(1)</script> & more", "50% $x_1$ \\end{tabular} {", "~^#|*`",
        "two\nlines", "\u00fc\u2013\u4e2d"}) {
    TableRow row;
    row.cell = {{{"A.yaml", "single"}}};
    row.label = label;
    row.views = std::string("views of ") + label;
    row.paper.top1 = 12.5;
    row.measured = MeasuredErrors{.top1 = 1.0 / 3,
                                  .top5 = 0.25,
                                  .top1_interval = {0.125, 1},
                                  .top5_interval = {0, 1},
                                  .images = 300,
                                  .failed = 1,
                                  .file = "A/evaluations/100% of #1?.h5"};
    table.rows.push_back(row);
  }
  table.rows[1].measured.reset();
  table.rows[1].note = "why <not> & so on";
  table.findings = {finding()};
  table.findings[0].claim = "A <i>claim</i> | & more";
  return table;
}

/// Python's csv, html.parser and json read what was written, and a scanner of LaTeX's groups.
TEST(WriteTable, EveryFormatIsReadByOthers) {
  const fs::path out =
      fs::path(::testing::TempDir()) / ("vggflow_tables_" + std::to_string(::getpid()));
  const fs::path markdown =
      write_table(out, nasty(), {"2026-01-31T12:34:56Z", "vggflow reproduce 'a b.yaml'"});
  EXPECT_EQ(markdown, out / "tables/nasty.md");
  EXPECT_EQ(oracle(VGGFLOW_TABLES_ORACLE, {out / "tables/nasty"}), "equal\n");
  EXPECT_EQ(std::distance(fs::directory_iterator(out / "tables"), {}), 5);
  fs::remove_all(out);
}

}  // namespace
}  // namespace vggflow
