#include "experiments/report/reproduced_table.h"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "base/error.h"
#include "tests/experiments/report/report_folder.h"

namespace vggflow {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;

class ReproducedTableTest : public ReportFolder {
 protected:
  ReproducedTable read(const json& table) const {
    write(out_ / "t.json", table.dump());
    return read_reproduced_table(out_ / "t.json");
  }
  std::string error_of(const std::string& text) const {
    write(out_ / "t.json", text);
    try {
      (void)read_reproduced_table(out_ / "t.json");
    } catch (const Error& error) {
      EXPECT_EQ(error.place(), (out_ / "t.json").string());
      return error.message();
    }
    return "nothing was thrown";
  }
  static json sample() {
    std::ifstream file(VGGFLOW_SAMPLE_TABLE);
    return json::parse(file);
  }
};

TEST_F(ReproducedTableTest, IsReadAsItIsWritten) {
  const ReproducedTable table = read(sample());
  EXPECT_EQ(table.title, "Table 3: a single test scale <b>");
  EXPECT_EQ(table.notes.size(), 1U);
  ASSERT_EQ(table.rows.size(), 4U);
  const ReproducedRow& a = table.rows[0];
  EXPECT_EQ(a.name, "A");
  EXPECT_EQ(table.rows[1].name, "B & more");
  EXPECT_EQ(a.train_scale, "256");
  EXPECT_EQ(a.paper.top1, 29.6);
  ASSERT_TRUE(a.measured.has_value());
  EXPECT_EQ(a.measured->top1, 27.5);
  EXPECT_EQ(a.measured->top5_interval, (Interval{4.1, 5.9}));
  EXPECT_EQ(a.measured->images, 3925U);
  EXPECT_EQ(a.measured->file, "tiny/evaluations/single.h5");
  EXPECT_FALSE(table.rows[3].measured.has_value());
  EXPECT_FALSE(table.rows[3].paper.top1.has_value());
  ASSERT_EQ(table.findings.size(), 4U);
  EXPECT_EQ(table.findings[0].verdict, "holds");
  EXPECT_EQ(table.findings[0].pairs.at(0).p, 0.00012);
  EXPECT_FALSE(table.findings[3].pairs.at(0).better_error.has_value());
  EXPECT_EQ(table.findings[3].pairs.at(0).note, "E was not run");
}

TEST_F(ReproducedTableTest, ADamagedOneSaysWhatIsWrong) {
  EXPECT_THAT(error_of("{\"title\": \"half"), HasSubstr("is not JSON"));
  EXPECT_THAT(error_of("[]"), HasSubstr("is not JSON as `reproduce` writes it"));
  for (const char* key : {"title", "notes", "rows", "findings"}) {
    json table = sample();
    table.erase(key);
    EXPECT_THAT(error_of(table.dump()), HasSubstr("key '" + std::string(key) + "' not found"));
  }
  json table = sample();
  table["rows"][0]["measured"]["top1"] = "27.5";
  EXPECT_THAT(error_of(table.dump()), HasSubstr("must be number, but is string"));
  table["rows"][0]["measured"] = 5;
  EXPECT_THAT(error_of(table.dump()), HasSubstr("is no table of `reproduce`"));
}

TEST_F(ReproducedTableTest, AMissingFileIsASystemError) {
  EXPECT_THROW((void)read_reproduced_table(out_ / "none.json"), Error);
}

}  // namespace
}  // namespace vggflow
