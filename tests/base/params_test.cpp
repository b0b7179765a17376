#include "base/params.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "base/error.h"

namespace vggflow {
namespace {

Value numbers(std::initializer_list<const char*> texts) {
  Value list = Value::list();
  for (const char* text : texts) list.items.push_back(Value::text(text));
  return list;
}

class ParamsTest : public testing::Test {
 protected:
  ParamsTest() {
    map_.file = "x.yaml";
    map_.line = 3;
  }
  void set(std::string_view key, Value value) {
    value.file = "x.yaml";
    value.line = 7;
    map_[key] = std::move(value);
  }
  void set(std::string_view key, const char* text) { set(key, Value::text(text)); }
  [[nodiscard]] Params params() const { return {map_, "train.sgd"}; }
  [[nodiscard]] std::string error(const std::function<void(Params&)>& read) const {
    Params params = this->params();
    try {
      read(params);
    } catch (const Error& error) {
      EXPECT_EQ(error.origin(), Origin::spec);
      return error.what();
    }
    return "no error";
  }

  Value map_ = Value::map();
};

TEST_F(ParamsTest, ReadsEveryType) {
  set("i", "-3");
  set("plus", "+4");
  set("d", "5.0e-4");
  set("f", "true");
  set("t", "some words");
  set("c", "dense");
  set("ds", numbers({"1", "2.5"}));
  set("is", numbers({"1", "2"}));
  Params p = params();
  EXPECT_EQ(p.integer({.key = "i"}), -3);
  EXPECT_EQ(p.integer({.key = "plus"}), 4);
  EXPECT_EQ(p.number({.key = "d"}), 5e-4);
  EXPECT_TRUE(p.flag({.key = "f"}));
  EXPECT_EQ(p.text({.key = "t"}), "some words");
  EXPECT_EQ(p.choice({.key = "c", .choices = "center|dense"}), "dense");
  EXPECT_THAT(p.numbers({.key = "ds"}, 2), testing::ElementsAre(1, 2.5));
  EXPECT_THAT(p.integers({.key = "is"}), testing::ElementsAre(1, 2));
  p.finish();
}

TEST_F(ParamsTest, FallbacksAreWrittenAsInASpec) {
  Params p = params();
  EXPECT_EQ(p.integer({.key = "i", .fallback = "8"}), 8);
  EXPECT_EQ(p.number({.key = "d", .fallback = "1e-4"}), 1e-4);
  EXPECT_FALSE(p.flag({.key = "f", .fallback = "false"}));
  EXPECT_EQ(p.choice({.key = "c", .fallback = "b", .choices = "a|b"}), "b");
  EXPECT_THAT(p.numbers({.key = "ds", .fallback = "[1, 2.5, 3]"}, 3),
              testing::ElementsAre(1, 2.5, 3));
}

TEST_F(ParamsTest, MissingKeysNameThePathAndThePlaceOfTheMap) {
  EXPECT_EQ(error([](Params& p) { static_cast<void>(p.number({.key = "rate"})); }),
            "x.yaml:3: train.sgd.rate: is missing");
  EXPECT_EQ(error([](Params& p) {
              static_cast<void>(p.number({.key = "rate", .doc = "the learning rate"}));
            }),
            "x.yaml:3: train.sgd.rate: is missing; it gives the learning rate");
}

TEST_F(ParamsTest, WrongNumbersSayWhatIsAllowed) {
  for (const char* text :
       {"many", "", "1.5", "0x10", "1e3", "99999999999999999999", "1 ", "+-5", "++5"}) {
    set("n", text);
    EXPECT_EQ(error([](Params& p) { static_cast<void>(p.integer({.key = "n"})); }),
              std::string("x.yaml:7: train.sgd.n: got '") + text + "'; allowed: a whole number");
  }
  for (const char* text : {"much", "", "nan", "inf", "1e999", "1,5", "+-5"}) {
    set("n", text);
    EXPECT_EQ(error([](Params& p) { static_cast<void>(p.number({.key = "n"})); }),
              std::string("x.yaml:7: train.sgd.n: got '") + text + "'; allowed: a number");
  }
}

TEST_F(ParamsTest, BoundsAreIncludedAndNamed) {
  set("n", "5");
  EXPECT_EQ(params().integer({.key = "n", .min = 5, .max = 5}), 5);
  const auto integer = [&](double min, double max) {
    return error(
        [&](Params& p) { static_cast<void>(p.integer({.key = "n", .min = min, .max = max})); });
  };
  const double none = std::numeric_limits<double>::infinity();
  EXPECT_EQ(integer(6, none), "x.yaml:7: train.sgd.n: got '5'; allowed: a whole number >= 6");
  EXPECT_EQ(integer(-none, 4), "x.yaml:7: train.sgd.n: got '5'; allowed: a whole number <= 4");
  EXPECT_EQ(integer(1, 4), "x.yaml:7: train.sgd.n: got '5'; allowed: a whole number from 1 to 4");
  EXPECT_EQ(
      error([](Params& p) { static_cast<void>(p.number({.key = "n", .min = 0, .max = 0.5})); }),
      "x.yaml:7: train.sgd.n: got '5'; allowed: a number from 0 to 0.5");
}

TEST_F(ParamsTest, WrongFlagsTextsAndChoices) {
  set("x", "yes");
  set("list", numbers({"1"}));
  set("map", Value::map());
  EXPECT_EQ(error([](Params& p) { static_cast<void>(p.flag({.key = "x"})); }),
            "x.yaml:7: train.sgd.x: got 'yes'; allowed: true or false");
  EXPECT_EQ(error([](Params& p) { static_cast<void>(p.choice({.key = "x", .choices = "a|b|c"})); }),
            "x.yaml:7: train.sgd.x: got 'yes'; allowed: a, b or c");
  EXPECT_EQ(error([](Params& p) { static_cast<void>(p.text({.key = "list"})); }),
            "x.yaml:7: train.sgd.list: got a list; allowed: a text");
  EXPECT_EQ(error([](Params& p) { static_cast<void>(p.integer({.key = "map"})); }),
            "x.yaml:7: train.sgd.map: got a map; allowed: a whole number");
}

TEST_F(ParamsTest, WrongLists) {
  set("n", numbers({"1", "2"}));
  set("empty", Value::list());
  set("one", "1");
  const auto read = [&](const char* key, std::size_t count) {
    return error([&](Params& p) { static_cast<void>(p.numbers({.key = key, .min = 0}, count)); });
  };
  EXPECT_EQ(read("n", 3), "x.yaml:7: train.sgd.n: got a list; allowed: a list of 3 numbers");
  EXPECT_EQ(
      read("empty", 0),
      "x.yaml:7: train.sgd.empty: got an empty list; allowed: a list of at least one number >= 0");
  EXPECT_EQ(read("one", 0),
            "x.yaml:7: train.sgd.one: got '1'; allowed: a list of at least one number >= 0");
  set("n", numbers({"1", "-2"}));
  EXPECT_EQ(read("n", 2), "x.yaml:7: train.sgd.n: got '-2'; allowed: a number >= 0");
}

TEST_F(ParamsTest, FinishNamesWhatNobodyAskedForAndWhatIsKnown) {
  set("rate", "1");
  set("rte", "1");
  EXPECT_EQ(error([](Params& p) {
              static_cast<void>(p.number({.key = "rate"}));
              static_cast<void>(p.number({.key = "decay", .fallback = "0"}));
              p.finish();
            }),
            "x.yaml:7: train.sgd.rte: is not a known key; allowed: decay, rate");
  EXPECT_EQ(error([](Params& p) { p.finish(); }),
            "x.yaml:7: train.sgd.rate: is not a known key; allowed: none");
}

TEST_F(ParamsTest, MapsWithinMaps) {
  Value inner = Value::map();
  inner["k"] = Value::text("2");
  set("inner", inner);
  set("scalar", "2");
  set("nothing", Value{});
  Params p = params();
  Params found = p.map("inner");
  EXPECT_EQ(found.path(), "train.sgd.inner");
  EXPECT_EQ(found.integer({.key = "k"}), 2);
  EXPECT_FALSE(p.map("missing").has("k"));
  EXPECT_FALSE(p.map("nothing").has("k"));
  EXPECT_EQ(error([](Params& wrong) { static_cast<void>(wrong.map("scalar")); }),
            "x.yaml:7: train.sgd.scalar: got '2'; allowed: a map of keys and values");
}

}  // namespace
}  // namespace vggflow
