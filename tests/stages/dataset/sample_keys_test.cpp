#include "stages/dataset/sample_keys.h"

#include <gmock/gmock.h>

#include <random>
#include <set>

#include "tests/stages/dataset/encoded_dataset.h"

namespace vggflow::testing {
namespace {

using ::testing::ElementsAre;

std::vector<std::string> keys_of(const Dataset& dataset) {
  const SampleKeys keys(dataset);
  std::vector<std::string> all;
  for (std::uint64_t id = 0; id < dataset.size(); ++id) all.push_back(keys[id]);
  return all;
}

std::vector<std::string> keys_of(const std::vector<std::string>& names) {
  EncodedDataset dataset;
  for (const std::string& name : names) dataset.add(name, {});
  return keys_of(dataset);
}

TEST(SampleKeys, AreClassAndFileWithoutItsEnding) {
  EXPECT_THAT(keys_of({"n01440764/n01440764_10026.JPEG", "n01443537/x y.png", "z/bare"}),
              ElementsAre("n01440764/n01440764_10026", "n01443537/x y", "z/bare"));
}

TEST(SampleKeys, EscapeWhatAReaderWouldTakeForSomethingElse) {
  EXPECT_THAT(keys_of({"a/50%.v2.jpg", "a/tab\tbed.jpg", "v1.0/x.jpg"}),
              ElementsAre("a/50%25%2Ev2", "a/tab%09bed", "v1.0/x"));
  EXPECT_THAT(keys_of({"a/.jpg", "a/dot.", "a/\xc3\xa9t\xc3\xa9.jpg"}),
              ElementsAre("a/%2Ejpg", "a/dot", "a/\xc3\xa9t\xc3\xa9"));
}

TEST(SampleKeys, KeepTheEndingWhereItIsAllThatTellsImagesApart) {
  EXPECT_THAT(keys_of({"c/x.jpg", "c/x.png", "c/y.jpg", "d/x.jpg"}),
              ElementsAre("c/x%2Ejpg", "c/x%2Epng", "c/y", "d/x"));
  EXPECT_THAT(keys_of({"c/x", "c/x.jpg"}), ElementsAre("c/x", "c/x%2Ejpg"));
  EXPECT_THAT(keys_of({"c/x.jpg", "c/x.jpg.png", "c/x.png"}),
              ElementsAre("c/x%2Ejpg", "c/x%2Ejpg%2Epng", "c/x%2Epng"));
}

TEST(SampleKeys, OfAListHoldTheWholePathBehindTheClass) {
  EncodedDataset dataset;
  dataset.name_classes({"0", "a/b", ".."});
  dataset.add_labelled("../deep/x.jpg", 0, {});
  dataset.add_labelled("/abs/x.jpg", 0, {});
  dataset.add_labelled("deep/x.jpg", 1, {});
  dataset.add_labelled("deep/x.jpg", 2, {});
  EXPECT_THAT(keys_of(dataset), ElementsAre("0/%2E%2E%2Fdeep%2Fx", "0/%2Fabs%2Fx", "a%2Fb/deep%2Fx",
                                            "%2E./deep%2Fx"));
}

TEST(SampleKeys, HoldTheWholePathWhereOnlyThatTellsImagesOfAListApart) {
  EncodedDataset dataset;
  dataset.name_classes({"1", "2"});
  dataset.add_labelled("1/a.jpg", 0, {});
  dataset.add_labelled("1/b.jpg", 0, {});
  dataset.add_labelled("a.jpg", 0, {});
  dataset.add_labelled("2/a.jpg", 1, {});
  EXPECT_THAT(keys_of(dataset), ElementsAre("1/1%2Fa", "1/1%2Fb", "1/a", "2/a"));
}

TEST(SampleKeys, ErrorOfAnImageThatOccursTwice) {
  for (const std::vector<std::string>& names :
       {std::vector<std::string>{"c/x.jpg", "c/x.jpg"}, {"c/x.jpg", "c/y.jpg", "c/x.jpg"}}) {
    try {
      static_cast<void>(keys_of(names));
      FAIL() << "no error";
    } catch (const Error& error) {
      EXPECT_STREQ(error.what(), "c/x.jpg: occurs twice; allowed: each image once");
    }
  }
}

/// Whatever is listed, in the class's own folder or elsewhere.
TEST(SampleKeys, OfAListAreDistinct) {
  std::mt19937 random(4);
  const std::string letters = "1a./%";
  for (int round = 0; round < 300; ++round) {
    std::set<std::string> names;
    for (int i = 0; i < 12; ++i) {
      std::string name = random() % 2 == 0 ? "1/" : "";
      for (unsigned n = 0; n < 1 + random() % 4; ++n) name += letters[random() % letters.size()];
      names.insert(name);
    }
    EncodedDataset dataset;
    dataset.name_classes({"1"});
    for (const std::string& name : names) dataset.add_labelled(name, 0, {});
    const auto keys = keys_of(dataset);
    EXPECT_EQ(std::set(keys.begin(), keys.end()).size(), names.size());
  }
}

/// Whatever the names: no two keys are the same, and each is read back as it was meant.
TEST(SampleKeys, AreDistinctAndWithoutDotsInTheLastPart) {
  std::mt19937 random(3);
  const std::string letters = "ab.%/2E ";
  for (int round = 0; round < 300; ++round) {
    std::set<std::string> names;
    for (int i = 0; i < 12; ++i) {
      std::string name = random() % 2 == 0 ? "c/" : "d/";
      for (unsigned n = 0; n < 1 + random() % 5; ++n) name += letters[random() % letters.size()];
      names.insert(name);
    }
    const auto keys = keys_of({names.begin(), names.end()});
    EXPECT_EQ(std::set(keys.begin(), keys.end()).size(), names.size());
    for (const std::string& key : keys) {
      EXPECT_EQ(key.find('.'), std::string::npos) << key;
      EXPECT_EQ(std::ranges::count(key, '/'), 1) << key;
    }
  }
}

}  // namespace
}  // namespace vggflow::testing
