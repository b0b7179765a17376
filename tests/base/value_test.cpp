#include "base/value.h"

#include <gtest/gtest.h>

namespace vggflow {
namespace {

TEST(Value, IsNullUntilItIsSomething) {
  EXPECT_TRUE(Value{}.is_null());
  EXPECT_EQ(Value::text("x").kind, Value::Kind::scalar);
  EXPECT_EQ(Value::map().kind, Value::Kind::map);
  EXPECT_EQ(Value::list().kind, Value::Kind::list);
}

TEST(Value, MapKeepsTheOrderWrittenAndFindsByKey) {
  Value map = Value::map();
  map["b"] = Value::text("1");
  map["a"] = Value::text("2");
  map["b"] = Value::text("3");
  ASSERT_EQ(map.entries.size(), 2U);
  EXPECT_EQ(map.entries[0].first, "b");
  EXPECT_EQ(map.find("b")->scalar, "3");
  EXPECT_EQ(map.find("c"), nullptr);
  map.erase("b");
  EXPECT_EQ(map.find("b"), nullptr);
  EXPECT_EQ(map.entries.size(), 1U);
}

TEST(Value, PlaceIsFileAndLine) {
  Value value;
  EXPECT_EQ(value.place(), "");
  value.file = "a.yaml";
  EXPECT_EQ(value.place(), "a.yaml");
  value.line = 4;
  EXPECT_EQ(value.place(), "a.yaml:4");
}

TEST(Value, KindsHaveNamesForMessages) {
  EXPECT_EQ(to_string(Value::Kind::null), "nothing");
  EXPECT_EQ(to_string(Value::Kind::scalar), "a single value");
  EXPECT_EQ(to_string(Value::Kind::list), "a list");
  EXPECT_EQ(to_string(Value::Kind::map), "a map");
}

}  // namespace
}  // namespace vggflow
