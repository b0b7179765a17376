// The fuzz targets' seeds: what is meant to be good opens, what is odd does not.
#include "tests/pipeline/dataset/dataset_files.h"

namespace vggflow::testing {
namespace {

class FuzzSeeds : public DatasetFiles {
 protected:
  /// How many of a target's seeds are good. `key`: of the source, which opens `path`.
  int expect_good(const std::string& target, const char* key, const std::string& path) const {
    shell(std::string(FUZZ_SEEDS) + " " + target + " seeds");
    int good = 0;
    for (const auto& entry : fs::directory_iterator(root() / "seeds")) {
      const std::string name = entry.path().filename().string();
      if (name.find("damaged") != std::string::npos) continue;
      EXPECT_LT(fs::file_size(entry.path()), 16384U) << name << ": cut by scripts/nightly";
      fs::create_directories((root() / path).parent_path());
      fs::copy_file(entry.path(), root() / path, fs::copy_options::overwrite_existing);
      const bool odd = name.find("odd") != std::string::npos;
      const std::string error = error_of_seed(key, path);
      EXPECT_EQ(error.empty(), !odd) << target << " " << name << ": " << error;
      good += odd ? 0 : 1;
    }
    fs::remove_all(root() / "seeds");
    return good;
  }

 private:
  std::string error_of_seed(const char* key, const std::string& path) const {
    if (key != std::string_view("ilsvrc")) return error_of({{key, path}}, Origin::data);
    const std::string folder = fs::path(path).parent_path().string();
    return error_of({{key, folder}, {"split", "train"}}, Origin::data);
  }
};

TEST_F(FuzzSeeds, GoodOnesOpenAndOddOnesDoNot) {
  EXPECT_EQ(expect_good("tar", "tar", "x.tar"), 3);
  EXPECT_EQ(expect_good("ilsvrc", "ilsvrc", "i/ILSVRC2012_img_train.tar"), 3);
  EXPECT_EQ(expect_good("webdataset", "webdataset", "x.tar"), 1);
}

}  // namespace
}  // namespace vggflow::testing
