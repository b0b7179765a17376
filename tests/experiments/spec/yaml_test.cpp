#include <random>

#include "tests/experiments/spec/spec_files.h"

namespace vggflow {
namespace {

class Yaml : public SpecFiles {};

TEST_F(Yaml, KeepsScalarsAsWrittenWithFileAndLine) {
  const Value value = yaml("a: 0.10\nb: 'null'\nc: ~\nd:\n  10: [x, \"y z\"]\n");
  EXPECT_EQ(value.find("a")->scalar, "0.10");
  EXPECT_EQ(value.find("b")->scalar, "null");
  EXPECT_TRUE(value.find("c")->is_null());
  const Value* list = value.find("d")->find("10");
  ASSERT_NE(list, nullptr);
  EXPECT_EQ(list->items.at(1).scalar, "y z");
  EXPECT_EQ(list->place(), (folder_ / "text.yaml").string() + ":5");
}

TEST_F(Yaml, ReadsAnEmptyFileAsAnEmptyMap) {
  EXPECT_EQ(yaml("# nothing\n").kind, Value::Kind::map);
}

TEST_F(Yaml, FollowsAnchors) {
  const Value value = yaml("a: &x {k: 1}\nb: *x\n");
  EXPECT_EQ(value.find("b")->find("k")->scalar, "1");
}

TEST_F(Yaml, ErrorsNameFileAndLine) {
  const auto error = [&](const std::string& text) {
    return error_of([&] { static_cast<void>(yaml(text)); });
  };
  EXPECT_EQ(error("a: 1\nb: 2\na: 3\n"),
            "text.yaml:3: the key 'a' is given twice; first in line 1");
  EXPECT_EQ(error("x:\n  - flip: {p: 1, p: 2}\n"),
            "text.yaml:2: the key 'p' is given twice; first in line 2");
  EXPECT_THAT(error("a: 1\nb: [1, 2\n"), testing::StartsWith("text.yaml:3: is not YAML: "));
  EXPECT_THAT(error("a: 1\n b: 2\n"), testing::StartsWith("text.yaml:2: is not YAML: "));
  EXPECT_EQ(error("- a\n- b\n"), "text.yaml:1: got a list; allowed: a map of keys and values");
  EXPECT_EQ(error("a: 1\n---\nb: 1\n"), "text.yaml:3: holds several YAML documents; allowed: one");
  EXPECT_EQ(error("? [a, b]\n: 1\n"),
            "text.yaml:1: a key is a list or a map; allowed: a single word");
}

TEST_F(Yaml, MissingFileIsAnErrorWithItsPath) {
  EXPECT_EQ(error_of([&] { static_cast<void>(read_yaml(folder_ / "none.yaml")); }),
            "cannot read the spec none.yaml: No such file or directory");
  EXPECT_THAT(error_of([&] { static_cast<void>(read_yaml(folder_ / ".")); }),
              testing::StartsWith("cannot read the spec "));
}

TEST_F(Yaml, ExtendsMergesParentsInOrderThenTheFileItself) {
  write("base.yaml", "a: base\nb: base\nc: base\nd: {x: 1, y: 1}\n");
  write("sub/other.yaml", "extends: ../base.yaml\nb: other\nc: other\nd: {y: 2}\n");
  const Value value = yaml("extends: [base.yaml, sub/other.yaml]\nc: own\nd: {z: 3}\n");
  EXPECT_EQ(value.find("a")->scalar, "base");
  EXPECT_EQ(value.find("b")->scalar, "other");
  EXPECT_EQ(value.find("c")->scalar, "own");
  EXPECT_EQ(to_yaml(*value.find("d")), "x: 1\ny: 2\nz: 3\n");
  EXPECT_EQ(value.find("extends"), nullptr);
  EXPECT_EQ(value.find("b")->place(), (folder_ / "sub/other.yaml").string() + ":2");
}

TEST_F(Yaml, ExtendsErrors) {
  write("b.yaml", "x: 1\nextends: sub/c.yaml\n");
  write("sub/c.yaml", "extends: ../b.yaml\n");
  EXPECT_EQ(error_of([&] { static_cast<void>(read_yaml(folder_ / "b.yaml")); }),
            "sub/c.yaml:1: extends goes in a circle: b.yaml -> sub/c.yaml -> b.yaml");
  EXPECT_EQ(error_of([&] { static_cast<void>(yaml("a: 1\nextends: none.yaml\n")); }),
            "text.yaml:2: cannot read the spec none.yaml: No such file or directory");
  EXPECT_EQ(error_of([&] { static_cast<void>(yaml("extends: {a: 1}\n")); }),
            "text.yaml:1: extends: got a map; allowed: a path or a list of paths, relative to "
            "this file");
}

TEST_F(Yaml, ABaseSharedByTwoParentsIsNoCircle) {
  write("base.yaml", "a: 1\n");
  write("l.yaml", "extends: base.yaml\n");
  write("r.yaml", "extends: base.yaml\n");
  EXPECT_EQ(yaml("extends: [l.yaml, r.yaml]\n").find("a")->scalar, "1");
}

/// A random tree of texts that YAML likes to misread.
Value random_value(std::mt19937& random, int depth) {
  static const std::vector<std::string> kTexts = {
      "",     "null", "~", "true",   "0x10", "5.0e-4", "- a",    "a: b",   "#x", "'q'", "\"",
      "a\nb", " pad", "{", "[1, 2]", "&a",   "*a",     "!t",     "%",      "@",  "é",   "a #b",
      "x:",   "a,b",  "-", "?",      "|",    ">",      "null: ", "tab\tx", "\\n"};
  const auto text = [&] { return kTexts[random() % kTexts.size()]; };
  const auto kind = depth == 0 ? 3 : random() % 5;
  if (kind == 4) return {};
  if (kind >= 2) return Value::text(text());
  Value value = kind == 0 ? Value::list() : Value::map();
  for (auto n = random() % 4; n > 0; --n) {
    if (kind == 0) value.items.push_back(random_value(random, depth - 1));
    if (kind == 1) value[std::to_string(n) + text()] = random_value(random, depth - 1);
  }
  return value;
}

TEST_F(Yaml, WhatIsWrittenReadsBackTheSame) {
  std::mt19937 random(1);
  for (int round = 0; round < 500; ++round) {
    Value value = Value::map();
    for (int n = 0; n < 3; ++n) value["key" + std::to_string(n)] = random_value(random, 3);
    const std::string text = to_yaml(value);
    ASSERT_TRUE(same_data(yaml(text), value)) << text;
  }
}

}  // namespace
}  // namespace vggflow
