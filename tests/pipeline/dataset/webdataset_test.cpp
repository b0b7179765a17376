#include "pipeline/dataset/webdataset_index.h"

#include "tests/pipeline/dataset/dataset_files.h"

namespace vggflow::testing {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class WebdatasetSource : public DatasetFiles {
 protected:
  /// A shard NAME.tar of these files.
  void shard(const std::string& name, Entries files) const {
    for (const auto& [path, bytes] : files) write(fs::path(name) / path, bytes);
    shell("cd " + name + " && tar cf ../" + name + ".tar $(find . -type f | sort -r)");
  }

  std::unique_ptr<Dataset> open_shards(const std::vector<std::string>& shards,
                                       const std::string& classes = "") const {
    Value source = Value::map();
    source["webdataset"] = Value::list();
    for (const std::string& name : shards) {
      source["webdataset"].items.push_back(Value::text(name));
    }
    if (!classes.empty()) source["classes"] = Value::text(classes);
    return open_dataset(Params(source, "data.train"), root());
  }

  std::string error_of_shards(const std::vector<std::string>& shards,
                              const std::string& classes = "") const {
    try {
      open_shards(shards, classes);
    } catch (const Error& error) {
      EXPECT_EQ(error.origin(), Origin::data) << error.what();
      return error.what();
    }
    return "";
  }
};

TEST_F(WebdatasetSource, IdsAreRanksByLabelAndNameOverAllShards) {
  shard("s0", {{"b.jpg", "b"}, {"b.cls", "1\n"}, {"a.JPEG", "a"}, {"a.cls", "0"}});
  shard("s1", {{"d.v1/c.png", "c"},  // a folder's dot is none of the key's
               {"d.v1/c.cls", " 0 "},
               {"d.v1/c.seg.png", "no"},
               {"d.v1/c.json", "no"},
               {"README", "no"}});
  for (const auto& order : {std::vector<std::string>{"s0.tar", "s1.tar"}, {"s1.tar", "s0.tar"}}) {
    const auto dataset = open_shards(order);
    EXPECT_THAT(names_of(*dataset), ElementsAre("a.JPEG", "d.v1/c.png", "b.jpg"));
    EXPECT_THAT(dataset->classes(), ElementsAre("0", "1"));
    EXPECT_EQ(dataset->label(1), 0);
    EXPECT_EQ(dataset->label(2), 1);
    dataset->will_need(2);
    EXPECT_EQ(bytes_of(*dataset, 0) + bytes_of(*dataset, 1) + bytes_of(*dataset, 2), "acb");
  }
  EXPECT_EQ(open_shards({"s0.tar", "s1.tar"})->description(),
            "webdataset s0.tar ... (2 shards), 3 images, 2 classes");
}

TEST_F(WebdatasetSource, OneShardMayBeATextAndClassesMayBeEmpty) {
  shard("s0", {{"a.jpg", "a"}, {"a.cls", "3"}});
  const auto dataset = open({{"webdataset", "s0.tar"}, {"classes", "5"}});
  EXPECT_EQ(dataset->classes().size(), 5U);
  EXPECT_EQ(dataset->label(0), 3);
  EXPECT_EQ(dataset->description(), "webdataset s0.tar, 1 images, 5 classes");
}

/// As the WebDataset library takes names apart.
TEST_F(WebdatasetSource, TheKeyEndsAtTheFirstDotOfTheFileName) {
  const auto parts = [](const char* path) {
    const auto name = sample_name(path);
    return name ? std::string(name->key) + "|" + std::string(name->extension) : "none";
  };
  EXPECT_EQ(parts("a.jpg"), "a|jpg");
  EXPECT_EQ(parts("x.y/a.seg.png"), "x.y/a|seg.png");
  EXPECT_EQ(parts("x.y/a"), "none");
  EXPECT_EQ(parts("x/.a"), "none");
  EXPECT_EQ(parts(""), "none");
}

TEST_F(WebdatasetSource, ErrorIncompleteSamples) {
  shard("whole", {{"w.jpg", "w"}, {"w.cls", "0"}});
  shard("nolabel", {{"a.jpg", "a"}, {"b.jpg", "b"}, {"b.cls", "0"}});
  EXPECT_THAT(error_of_shards({"whole.tar", "nolabel.tar"}),
              HasSubstr("nolabel.tar: the sample 'a' has no label, KEY.cls"));
  shard("noimage", {{"a.cls", "0"}, {"a.txt", "x"}, {"b.jpg", "b"}, {"b.cls", "0"}});
  EXPECT_THAT(error_of_shards({"whole.tar", "noimage.tar"}),
              HasSubstr("noimage.tar: the sample 'a' has no image; allowed: .jpg, .jpeg or .png"));
  shard("images", {{"a.cls", "0"}, {"a.jpg", "x"}, {"a.png", "b"}});
  EXPECT_THAT(error_of_shards({"images.tar"}), HasSubstr("the sample 'a' has two images"));
  shard("labels", {{"a.cls", "0"}, {"a.CLS", "0"}, {"a.png", "b"}});
  EXPECT_THAT(error_of_shards({"labels.tar"}), HasSubstr("the sample 'a' has two labels"));
}

TEST_F(WebdatasetSource, ErrorAKeyTwiceNamesBothShards) {
  shard("s0", {{"a.jpg", "a"}, {"a.cls", "0"}});
  shard("s1", {{"a.png", "a"}, {"a.cls", "1"}});
  EXPECT_THAT(error_of_shards({"s1.tar", "s0.tar"}),
              AllOf(HasSubstr("the sample 'a' occurs in "), HasSubstr("s0.tar and in "),
                    HasSubstr("s1.tar")));
  shell("tar rf s0.tar -C s0 a.jpg a.cls");
  EXPECT_THAT(error_of_shards({"s0.tar"}), HasSubstr("s0.tar: the sample 'a' has two images"));
}

TEST_F(WebdatasetSource, ErrorLabels) {
  for (const std::string label : {"cat", "-1", "1.5", "", "1 2", "99999999999"}) {
    shard("s0", {{"a.jpg", "a"}, {"a.cls", label}});
    EXPECT_THAT(error_of_shards({"s0.tar"}),
                HasSubstr("a.cls: got '" + label + "'; allowed: a label, a whole number from 0"));
  }
  shard("s0", {{"a.jpg", "a"}, {"a.cls", "1" + std::string(100, ' ')}});
  EXPECT_THAT(error_of_shards({"s0.tar"}), HasSubstr("a.cls: got '1'"));
  shard("s0", {{"a.jpg", "a"}, {"a.cls", "2000000000"}});
  EXPECT_THAT(error_of_shards({"s0.tar"}),
              HasSubstr("s0.tar: a.jpg: label 2000000000 leaves class 0 empty; labels must be"));
  EXPECT_THAT(error_of_shards({"s0.tar"}, "7"),
              HasSubstr("s0.tar: a.jpg: label 2000000000 is outside the classes; allowed: 0 to 6"));
}

TEST_F(WebdatasetSource, ErrorNoShardsAndWhatIsNone) {
  EXPECT_THAT(error_of({{"webdataset", ""}}, Origin::spec),
              HasSubstr("data.train.webdataset: allowed: the path of a shard or a list of paths"));
  EXPECT_THROW(open_shards({}), Error);
  EXPECT_THAT(error_of({{"webdataset", "no.tar"}}, Origin::system), HasSubstr("no.tar: cannot op"));
  shard("s0", {{"README", "no"}});
  EXPECT_THAT(error_of_shards({"s0.tar"}), HasSubstr("s0.tar: holds no samples; expected KEY.jpg"));
  EXPECT_THROW(open_shards({"s0.tar", "./s0.tar"}), Error);
  write("x.tar", "garbage, and more garbage");
  EXPECT_THAT(error_of_shards({"x.tar"}), HasSubstr("x.tar: is no whole tar"));
}

}  // namespace
}  // namespace vggflow::testing
