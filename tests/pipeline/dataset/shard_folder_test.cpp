#include "tests/pipeline/dataset/dataset_files.h"

namespace vggflow::testing {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class ShardFolder : public DatasetFiles {
 protected:
  /// A shard of one sample KEY.jpg, whose bytes are its key.
  void shard(const std::string& path, const std::string& key, int label) const {
    write("files/" + key + ".jpg", key);
    write("files/" + key + ".cls", std::to_string(label));
    fs::create_directories((root() / path).parent_path());
    shell("tar cf '" + path + "' -C files " + key + ".jpg " + key + ".cls");
  }

  std::unique_ptr<Dataset> open_folder(const fs::path& cache = {}) const {
    return open({{"webdataset", "set"}}, cache);
  }
  std::string error_of_folder() const { return error_of({{"webdataset", "set"}}, Origin::data); }
};

TEST_F(ShardFolder, HoldsAllItsTars) {
  shard("set/10.tar", "b", 1);
  shard("set/9.tar", "a", 0);
  shard("set/.hidden.tar", "c", 2);
  shard("set/deep/11.tar", "d", 3);
  write("set/pack.yaml", "no");
  write("set/x.tar.part", "no");
  const auto folder = open_folder();
  EXPECT_THAT(names_of(*folder), ElementsAre("a.jpg", "b.jpg"));
  EXPECT_THAT(folder->classes(), ElementsAre("0", "1"));
  EXPECT_EQ(bytes_of(*folder, 1), "b");
  EXPECT_EQ(folder->description(), "webdataset 10.tar ... (2 shards), 2 images, 2 classes");
}

TEST_F(ShardFolder, ClassesTxtNamesTheClasses) {
  shard("set/0.tar", "a", 2);
  write("set/classes.txt", "n2 x\r\nempty\nn1\n");
  for (const auto& folder : {open_folder(), open({{"webdataset", "set/"}, {"classes", "3"}})}) {
    EXPECT_THAT(folder->classes(), ElementsAre("n2 x", "empty", "n1"));
    EXPECT_EQ(folder->label(0), 2);
  }
  EXPECT_THAT(open({{"webdataset", "set/0.tar"}, {"classes", "3"}})->classes(),
              ElementsAre("0", "1", "2"));
}

TEST_F(ShardFolder, MayStandInAListBesideOthers) {
  shard("set/0.tar", "a", 0);
  shard("more/0.tar", "b", 1);
  shard("one.tar", "c", 1);
  write("set/classes.txt", "x\ny\n");
  write("more/classes.txt", "x\ny\n");
  Value source = Value::map();
  source["webdataset"] = Value::list();
  for (const char* entry : {"set", "one.tar", "more"}) {
    source["webdataset"].items.push_back(Value::text(entry));
  }
  const auto all = open_dataset(Params(source, "data.train"), root());
  EXPECT_THAT(names_of(*all), ElementsAre("a.jpg", "b.jpg", "c.jpg"));
  EXPECT_THAT(all->classes(), ElementsAre("x", "y"));
  write("more/classes.txt", "x\nz\n");
  EXPECT_THROW(open_dataset(Params(source, "data.train"), root()), Error);
}

TEST_F(ShardFolder, IsCachedUntilANameOrAShardChanges) {
  shard("set/0.tar", "a", 0);
  write("set/classes.txt", "x\n");
  const auto cached = [&] { return open_folder(root() / "cache"); };
  EXPECT_THAT(cached()->classes(), ElementsAre("x"));
  write("set/classes.txt", "longer\n");
  EXPECT_THAT(cached()->classes(), ElementsAre("longer"));
  shard("set/1.tar", "b", 0);
  EXPECT_EQ(cached()->size(), 2U);
  expect_same(*cached(), *open_folder());
  fs::remove(root() / "set/classes.txt");
  EXPECT_THAT(cached()->classes(), ElementsAre("0"));
}

TEST_F(ShardFolder, ErrorNoShards) {
  fs::create_directories(root() / "set");
  EXPECT_THAT(error_of_folder(), HasSubstr("set: holds no shards; expected *.tar"));
}

TEST_F(ShardFolder, ErrorClassesTxt) {
  shard("set/0.tar", "a", 2);
  write("set/classes.txt", "x\ny\n");
  EXPECT_THAT(error_of_folder(), HasSubstr("label 2 is outside the classes; allowed: 0 to 1"));
  EXPECT_THAT(error_of({{"webdataset", "set"}, {"classes", "3"}}, Origin::spec),
              HasSubstr("spec.yaml:7: data.train.classes: got 3, but the folder's classes.txt "
                        "names 2; allowed: "));
  write("set/classes.txt", "x\n\ny\n");
  EXPECT_THAT(error_of_folder(), HasSubstr("set/classes.txt:3: comes after a blank line"));
  write("set/classes.txt", "x\ny\nx\n");
  EXPECT_THAT(error_of_folder(), HasSubstr("set/classes.txt: the class x occurs twice"));
  write("set/classes.txt", "\n");
  EXPECT_THAT(error_of_folder(), HasSubstr("set/classes.txt: names no classes"));
}

TEST_F(ShardFolder, ErrorAPatternSaysWhatIsAllowed) {
  shard("set/0.tar", "a", 0);
  for (const std::string pattern : {"set/*.tar", "set/{0..9}.tar", "set/?.tar", "set/[0-9].tar"}) {
    EXPECT_THAT(error_of({{"webdataset", pattern}}, Origin::spec),
                AllOf(HasSubstr("got '" + pattern + "', and patterns are not expanded"),
                      HasSubstr("allowed: the path of a shard or a list of paths, each of a tar or "
                                "of a folder of them")));
  }
  shard("set/{0}.tar", "b", 1);
  EXPECT_EQ(open({{"webdataset", "set/{0}.tar"}, {"classes", "2"}})->size(), 1U);
}

}  // namespace
}  // namespace vggflow::testing
