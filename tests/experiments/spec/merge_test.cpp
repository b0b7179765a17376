#include <random>

#include "tests/experiments/spec/spec_files.h"

namespace vggflow {
namespace {

class Merge : public SpecFiles {
 protected:
  /// `from` over `onto`, nulls removed, as YAML.
  [[nodiscard]] std::string merged(const std::string& onto, const std::string& from) const {
    Value value = yaml(onto);
    merge(value, yaml(from));
    remove_nulls(value);
    return to_yaml(value);
  }
  [[nodiscard]] std::string set(const std::string& onto, const std::string& setting) const {
    Value value = yaml(onto);
    apply_setting(value, setting);
    remove_nulls(value);
    return to_yaml(value);
  }
};

TEST_F(Merge, MapsMergeAndAnythingElseReplaces) {
  EXPECT_EQ(merged("a: {x: 1, y: 2}\nb: [1, 2]\nc: 1", "a: {y: 3}\nb: [9]\nc: {k: 1}\nd: 4"),
            "a: {x: 1, y: 3}\nb: [9]\nc: {k: 1}\nd: 4\n");
}

TEST_F(Merge, NullRemoves) {
  EXPECT_EQ(merged("a: 1\nb: {x: 1, y: 2}", "a: null\nb: {x: ~}\nnone: ~"), "b: {y: 2}\n");
}

TEST_F(Merge, NullsOfOverlaysLaidOverOverlaysStillRemove) {
  Value overlay = yaml("a: null\nb: null");
  merge(overlay, yaml("c: 1\nb: 2"));
  Value value = yaml("a: 1\nb: 1");
  merge(value, overlay);
  remove_nulls(value);
  EXPECT_EQ(to_yaml(value), "b: 2\nc: 1\n");
}

TEST_F(Merge, AMapOverAListOfStagesEditsByName) {
  const std::string list = "p:\n  - decode: {profile: x}\n  - flip\n  - crop: {size: 8}\n";
  EXPECT_EQ(merged(list, "p: {crop: {size: 4}}"),
            "p:\n  - decode: {profile: x}\n  - flip\n  - crop: {size: 4}\n");
  EXPECT_EQ(merged(list, "p: {flip: {probability: 1}, decode: null}"),
            "p:\n  - flip: {probability: 1}\n  - crop: {size: 8}\n");
  EXPECT_EQ(merged(list, "p: {noise: {std: 1}, none: null}"),
            "p:\n  - decode: {profile: x}\n  - flip\n  - crop: {size: 8}\n  - noise: {std: 1}\n");
  EXPECT_EQ(merged("p:\n  - crop: {size: 8, at: 1}", "p: {crop: {at: null}}"),
            "p:\n  - crop: {size: 8}\n");
}

TEST_F(Merge, EveryStageOfTheNameIsEdited) {
  EXPECT_EQ(merged("p:\n  - flip\n  - x: {a: 1}\n  - flip: {p: 1}", "p: {flip: {p: 0}}"),
            "p:\n  - flip: {p: 0}\n  - x: {a: 1}\n  - flip: {p: 0}\n");
}

TEST_F(Merge, SettingsWalkMapsAndStages) {
  EXPECT_EQ(set("a: {b: 1}", "a.b=2"), "a: {b: 2}\n");
  EXPECT_EQ(set("a: {b: 1}", "a.c.d=[1, 2]"), "a:\n  b: 1\n  c:\n    d: [1, 2]\n");
  EXPECT_EQ(set("a: {b: 1, c: 2}", "a.b=null"), "a: {c: 2}\n");
  EXPECT_EQ(set("p:\n  - flip: {probability: 0.5}", "p.flip.probability=0.2"),
            "p:\n  - flip: {probability: 0.2}\n");
  EXPECT_EQ(set("p:\n  - flip: {probability: 0.5}", "p.flip=null"), "p: []\n");
  EXPECT_EQ(set("a: x", "a=b=c"), "a: b=c\n");
}

TEST_F(Merge, SettingErrors) {
  const auto error = [&](const std::string& setting, Origin origin) {
    return error_of([&] { static_cast<void>(set("a: 1", setting)); }, origin);
  };
  EXPECT_EQ(error("a", Origin::usage), "--set a: allowed: KEY.KEY=VALUE");
  for (const char* setting : {"=1", ".a=1", "a..b=1", "a.=1"}) {
    EXPECT_EQ(error(setting, Origin::usage),
              std::string("--set ") + setting + ": a key is empty; allowed: KEY.KEY=VALUE");
  }
  EXPECT_THAT(error("a=[1", Origin::spec), testing::StartsWith("--set a=[1:1: is not YAML: "));
}

/// Nested maps over few keys, so that merges meet.
Value random_map(std::mt19937& random, int depth) {
  Value map = Value::map();
  for (const char* key : {"a", "b", "c"}) {
    if (random() % 3 == 0) continue;
    map[key] =
        depth > 0 ? random_map(random, depth - 1) : Value::text(std::to_string(random() % 100));
  }
  return map;
}

TEST(MergeLaws, EmptyIsNeutralAndMapsAssociate) {
  std::mt19937 random(7);
  const auto over = [](Value onto, const Value& from) {
    merge(onto, from);
    return onto;
  };
  for (int round = 0; round < 300; ++round) {
    const Value a = random_map(random, 2);
    const Value b = random_map(random, 2);
    const Value c = random_map(random, 2);
    EXPECT_TRUE(same_data(over(a, Value::map()), a));
    EXPECT_TRUE(same_data(over(Value::map(), a), a));
    EXPECT_TRUE(same_data(over(a, a), a));
    EXPECT_TRUE(same_data(over(over(a, b), c), over(a, over(b, c))));
  }
}

}  // namespace
}  // namespace vggflow
