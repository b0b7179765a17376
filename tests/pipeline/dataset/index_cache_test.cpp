#include "pipeline/dataset/index_cache.h"

#include "tests/pipeline/dataset/ilsvrc_files.h"

namespace vggflow::testing {
namespace {

using ::testing::ElementsAre;

class IndexCache : public DatasetFiles {
 protected:
  void SetUp() override { write("set.tar", "some bytes"); }

  /// The names of the index and whether it was made anew.
  std::pair<std::vector<std::string>, bool> names(const std::string& made,
                                                  std::vector<std::string> containers = {"set.tar"},
                                                  const std::string& source = "tar set.tar") const {
    IndexOrigin origin{source, {}};
    for (const std::string& name : containers) origin.containers.push_back(root() / name);
    bool anew = false;
    const Index index = cached_index(root() / "out/.index", origin, [&] {
      anew = true;
      IndexBuilder builder;
      builder.add("b", made + std::string(1, '\0') + "\n", {1ULL << 40, 7});
      builder.add("a", made, {3, 4});
      return std::move(builder).build();
    });
    EXPECT_THAT(index.classes(), ElementsAre("a", "b"));
    EXPECT_EQ(index.range(0).offset, 3U);
    EXPECT_EQ(index.range(1).offset, 1ULL << 40);
    EXPECT_EQ(index.range(1).bytes, 7U);
    EXPECT_EQ(index.label(1), 1);
    EXPECT_EQ(std::string(index.name(1)).back(), '\n');
    return {{std::string(index.name(0)), std::string(index.name(1))}, anew};
  }
  bool anew(std::vector<std::string> containers = {"set.tar"},
            const std::string& source = "tar set.tar") const {
    return names("x", std::move(containers), source).second;
  }

  std::vector<fs::path> files() const {
    std::vector<fs::path> files;
    for (const auto& entry : fs::directory_iterator(root() / "out/.index")) {
      files.push_back(entry.path());
    }
    return files;
  }
};

TEST_F(IndexCache, GivesWhatWasMade) {
  const auto first = names("x");
  const auto second = names("y");
  EXPECT_TRUE(first.second);
  EXPECT_FALSE(second.second);
  EXPECT_EQ(second.first, first.first);
}

TEST_F(IndexCache, AnotherSizeTimeSourceOrContainerIsIndexedAnew) {
  EXPECT_TRUE(anew());
  write("set.tar", "more bytes than before");
  EXPECT_TRUE(anew());
  EXPECT_FALSE(anew());
  const auto time = fs::last_write_time(root() / "set.tar");
  fs::last_write_time(root() / "set.tar", time + std::chrono::nanoseconds(1));
  EXPECT_TRUE(anew());
  EXPECT_FALSE(anew());
  write("labels.txt", "1");
  EXPECT_TRUE(anew({"set.tar", "labels.txt"}));
  EXPECT_FALSE(anew({"set.tar", "labels.txt"}));
  fs::last_write_time(root() / "labels.txt", time);
  EXPECT_TRUE(anew({"set.tar", "labels.txt"}));
  EXPECT_EQ(files().size(), 1U) << "the old index of a source goes";
  EXPECT_TRUE(anew({"set.tar"}, "ilsvrc set.tar"));
  EXPECT_EQ(files().size(), 2U);
}

TEST_F(IndexCache, DamageAnywhereIsIndexedAnew) {
  EXPECT_TRUE(anew());
  const fs::path file = files().front();
  std::ifstream in(file, std::ios::binary);
  const std::string whole{std::istreambuf_iterator<char>(in), {}};
  const auto put = [&](const std::string& bytes) {
    std::ofstream(file, std::ios::binary | std::ios::trunc) << bytes;
  };
  for (std::size_t at = 0; at < whole.size(); ++at) {
    std::string bytes = whole;
    bytes[at] = static_cast<char>(bytes[at] ^ 0x81);
    put(bytes);
    ASSERT_TRUE(anew()) << at;
  }
  for (std::size_t keep = 0; keep < whole.size(); keep += 7) {
    put(whole.substr(0, keep));
    ASSERT_TRUE(anew()) << keep;
  }
  put(whole + "x");
  EXPECT_TRUE(anew());
  EXPECT_FALSE(anew());
}

TEST_F(IndexCache, WhatCannotBeWrittenOrLookedAtIsNotCached) {
  write("out", "a file where a folder should be");
  EXPECT_TRUE(anew());
  EXPECT_TRUE(anew());
  fs::remove(root() / "out");
  EXPECT_TRUE(anew({"gone.tar"}));
  EXPECT_FALSE(fs::exists(root() / "out"));
}

TEST_F(IndexCache, WhatChangesWhileItIsReadIsNotCached) {
  const IndexOrigin origin{"tar set.tar", {root() / "set.tar"}};
  const Index index = cached_index(root() / "out/.index", origin, [&] {
    write("set.tar", "grown in the meantime");
    IndexBuilder builder;
    builder.add("a", "x");
    return std::move(builder).build();
  });
  EXPECT_EQ(index.size(), 1U);
  EXPECT_FALSE(fs::exists(root() / "out"));
}

/// The sources through a cache: opened twice they are the same, and the second time nothing is
/// indexed, which a container spoilt behind the cache's back shows.
class CachedSources : public IlsvrcFiles {
 protected:
  void expect_cached(Entries source, const fs::path& container) const {
    SCOPED_TRACE(source.begin()->second);
    const auto plain = open(source);
    expect_same(*open(source, root() / "cache"), *plain);
    const auto time = fs::last_write_time(container);
    {
      std::fstream file(container, std::ios::in | std::ios::out | std::ios::binary);
      file << "spoilt";  // the first header
    }
    fs::last_write_time(container, time);
    expect_same(*open(source, root() / "cache"), *plain);
    fs::last_write_time(container, time + std::chrono::seconds(1));
    EXPECT_THROW(open(source, root() / "cache"), Error) << "it is stale now";
  }
};

TEST_F(CachedSources, LoadTheirIndex) {
  make_official();
  shell("tar cf plain.tar train");
  expect_cached({{"tar", "plain.tar"}}, root() / "plain.tar");
  expect_cached({{"ilsvrc", "official"}, {"split", "train"}},
                root() / "official/ILSVRC2012_img_train.tar");
  expect_cached({{"ilsvrc", "official"}, {"split", "val"}},
                root() / "official/ILSVRC2012_img_val.tar");
  shell(
      "mkdir w && cp val/ILSVRC2012_val_00000001.JPEG w/a.jpg && echo 0 > w/a.cls && "
      "tar cf w.tar -C w a.cls a.jpg");
  expect_cached({{"webdataset", "w.tar"}}, root() / "w.tar");
}

TEST_F(CachedSources, FoldersAreListedAgainWhenAFileComes) {
  make_flat();
  const auto open_train = [&] {
    return open({{"ilsvrc", "flat"}, {"split", "train"}}, root() / "cache");
  };
  const std::size_t before = open_train()->size();
  EXPECT_EQ(open_train()->size(), before);
  const fs::path folder = root() / "flat/train/n01440764";
  const auto time = fs::last_write_time(folder);
  write("flat/train/n01440764/more.JPEG", "more");
  fs::last_write_time(folder, time + std::chrono::seconds(1));
  EXPECT_EQ(open_train()->size(), before + 1);
}

TEST_F(CachedSources, NothingIsWrittenWithoutACache) {
  shell("tar cf plain.tar train");
  std::vector<std::string> before;
  for (const auto& entry : fs::recursive_directory_iterator(root())) before.push_back(entry.path());
  open({{"tar", "plain.tar"}});
  std::vector<std::string> after;
  for (const auto& entry : fs::recursive_directory_iterator(root())) after.push_back(entry.path());
  EXPECT_EQ(after, before);
}

}  // namespace
}  // namespace vggflow::testing
