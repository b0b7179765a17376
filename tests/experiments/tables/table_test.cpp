#include "experiments/tables/table.h"

#include <gmock/gmock.h>

#include <functional>

#include "base/error.h"

namespace vggflow {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

Value map(std::initializer_list<std::pair<const char*, Value>> entries) {
  Value value = Value::map();
  for (const auto& [key, entry] : entries) value[key] = entry;
  return value;
}

Value list(std::initializer_list<Value> items) {
  Value value = Value::list();
  value.items = items;
  return value;
}

Value text(const char* scalar) { return Value::text(scalar); }

Value row() {
  return map({{"experiment", text("../vgg/A-256.yaml")},
              {"paper", map({{"top1", text("29.6")}, {"top5", text("10.4")}})}});
}

Value table() {
  return map({{"title", text("Table 3")}, {"evaluation", text("single")}, {"rows", list({row()})}});
}

std::string error_of(const Value& value) {
  try {
    (void)read_table(value, "configs/tables/t.yaml");
  } catch (const Error& error) {
    EXPECT_EQ(error.origin(), Origin::spec);
    return error.what();
  }
  return "nothing was thrown";
}

TEST(ReadTable, RowsTakeTheTablesEvaluationAndPathsStartAtItsFolder) {
  const Table read = read_table(table(), "configs/tables/t.yaml");
  EXPECT_EQ(read.title, "Table 3");
  ASSERT_EQ(read.rows.size(), 1U);
  EXPECT_EQ(read.rows[0].experiment, "configs/vgg/A-256.yaml");
  EXPECT_EQ(read.rows[0].evaluation, "single");
  EXPECT_EQ(read.rows[0].paper.top1, 29.6);
  EXPECT_EQ(read.rows[0].paper.top5, 10.4);
  EXPECT_FALSE(read.rows[0].measured);
}

TEST(ReadTable, ARowsOwnEvaluationAndLabelWin) {
  Value value = table();
  value["note"] = text("a line");
  Value own = map({{"experiment", text("/abs/D.yaml")},
                   {"evaluation", text("multi")},
                   {"label", text("D, again")},
                   {"paper", map({{"top5", text("8")}})}});
  value["rows"].items.push_back(own);
  const Table read = read_table(value, "configs/tables/t.yaml");
  EXPECT_EQ(read.rows[1].experiment, "/abs/D.yaml");
  EXPECT_EQ(read.rows[1].evaluation, "multi");
  EXPECT_EQ(read.rows[1].label, "D, again");
  EXPECT_FALSE(read.rows[1].paper.top1);
  EXPECT_EQ(read.notes, std::vector<std::string>{"a line"});
}

TEST(ReadTable, ErrorsNameTheKey) {
  Value value = table();
  value.erase("title");
  EXPECT_THAT(error_of(value), HasSubstr("title: is missing"));
  value = table();
  value["rows"] = Value::list();
  EXPECT_THAT(error_of(value), HasSubstr("rows: allowed: a list of at least one row"));
  value = table();
  value["colour"] = text("red");
  EXPECT_THAT(error_of(value), HasSubstr("colour"));
  value = table();
  value.erase("evaluation");
  EXPECT_THAT(error_of(value), HasSubstr("rows[0].evaluation: is missing"));
  value = table();
  value["rows"].items[0]["lable"] = text("x");
  EXPECT_THAT(error_of(value), HasSubstr("rows[0].lable"));
  value = table();
  value["rows"].items[0]["paper"]["top1"] = text("296");
  EXPECT_THAT(error_of(value),
              HasSubstr("rows[0].paper.top1: got '296'; allowed: a number from 0"));
  value = table();
  value["rows"].items[0].erase("experiment");
  EXPECT_THAT(error_of(value), HasSubstr("rows[0].experiment: is missing"));
}

TEST(TrainScale, IsWhatTheRescaleStageSays) {
  EXPECT_EQ(train_scale(list({map({{"decode", Value::map()}}),
                              map({{"rescale", map({{"side", text("384")}})}})})),
            "384");
  EXPECT_EQ(train_scale(list(
                {map({{"random_rescale", map({{"min", text("256")}, {"max", text("512")}})}})})),
            "[256;512]");
  EXPECT_EQ(train_scale(list({text("flip")})), "");
}

TEST(Describe, TakesNetScalesAndEvaluationFromTheSpec) {
  Spec spec;
  spec.net.name = "D";
  spec.resolved = map({{"pipeline", list({map({{"rescale", map({{"side", text("256")}})}})})}});
  EvaluationSpec multi;
  multi.name = "multi";
  multi.scales = {224, 256, 288};
  spec.evaluations = {multi};
  TableRow row;
  row.evaluation = "multi";
  describe(row, spec);
  EXPECT_EQ(row.net, "D");
  EXPECT_EQ(row.train_scale, "256");
  EXPECT_EQ(row.test_scale, "224,256,288");
}

TEST(ComparisonNote, SaysWhenTheNetsAreNotThePapers) {
  Net net;
  net.layers = {FullyConnected{"fc8", 1000}};
  EXPECT_THAT(comparison_note(net), IsEmpty());
  net.input = {56, 56};
  EXPECT_THAT(comparison_note(net), HasSubstr("crop 56, 1000 classes"));
  net = {"A", {224, 224}, {FullyConnected{"fc8", 10}}};
  EXPECT_THAT(comparison_note(net), HasSubstr("10 classes"));
}

TEST(MeasuredErrors, OfAMissingEvaluationIsADataError) {
  EXPECT_THROW((void)measured_errors("/nowhere", "single"), Error);
}

}  // namespace
}  // namespace vggflow
