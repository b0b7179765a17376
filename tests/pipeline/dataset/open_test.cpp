#include "tests/pipeline/dataset/dataset_files.h"

namespace vggflow::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::StartsWith;

class OpenDataset : public DatasetFiles {};

TEST_F(OpenDataset, RelativePathsStartAtTheBaseAndAbsoluteOnesDoNot) {
  write("set/a/x.jpg", "x");
  EXPECT_EQ(open({{"folder", "set"}})->size(), 1U);
  EXPECT_EQ(open({{"folder", "./other/../set/"}})->size(), 1U);
  EXPECT_EQ(open({{"folder", (root() / "set").string()}})->size(), 1U);
}

TEST_F(OpenDataset, TheRegistryListsItsSourcesInOrder) {
  std::vector<std::string> keys;
  for (const SourceSchema& schema : SourceRegistry::instance().all()) {
    keys.emplace_back(schema.key);
    EXPECT_FALSE(schema.doc.empty()) << schema.key;
  }
  EXPECT_THAT(keys, ::testing::IsSupersetOf({"folder", "list", "tar"}));
  EXPECT_TRUE(std::ranges::is_sorted(keys));
}

TEST_F(OpenDataset, ErrorASecondSourceOfTheSameKey) {
  EXPECT_THROW(SourceRegistry::instance().add({.key = "tar", .doc = "", .also = {}, .open = {}}),
               Error);
}

TEST_F(OpenDataset, ErrorUnknownSource) {
  EXPECT_THAT(error_of({{"foldr", "set"}}, Origin::spec),
              AllOf(StartsWith("spec.yaml:7: data.train.foldr: is not a known source; allowed: "),
                    HasSubstr("folder"), HasSubstr("tar or webdataset")));
}

TEST_F(OpenDataset, ErrorNoSource) {
  EXPECT_THAT(error_of({}, Origin::spec),
              StartsWith("data.train: names no source; allowed: folder"));
}

TEST_F(OpenDataset, ErrorTwoSources) {
  EXPECT_THAT(error_of({{"folder", "a"}, {"tar", "b"}}, Origin::spec),
              HasSubstr("data.train.tar: stands beside 'folder'; allowed: one source"));
}

TEST_F(OpenDataset, ErrorUnknownKeyBeforeAnythingIsRead) {
  EXPECT_THAT(error_of({{"list", "missing.txt"}, {"rooot", "b"}}, Origin::spec),
              HasSubstr("data.train.rooot: is not a known key; allowed: classes, list, root"));
}

TEST_F(OpenDataset, ErrorOfTheWrongType) {
  EXPECT_THAT(error_of({{"list", "l.txt"}, {"classes", "many"}}, Origin::spec),
              HasSubstr("spec.yaml:7: data.train.classes: got 'many'; allowed: a whole number"));
}

}  // namespace
}  // namespace vggflow::testing
