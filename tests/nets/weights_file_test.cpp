#include "nets/weights_file.h"

#include <gmock/gmock.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <iterator>

#include "base/error.h"
#include "base/hdf5_file.h"

namespace vggflow {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

class WeightsFileTest : public ::testing::Test {
 protected:
  void SetUp() override {
    const auto* info = ::testing::UnitTest::GetInstance()->current_test_info();
    folder_ = fs::path(::testing::TempDir()) /
              ("vggflow_weights_" + std::string(info->name()) + std::to_string(::getpid()));
    fs::remove_all(folder_);
    path_ = folder_ / "weights.h5";
  }
  void TearDown() override { fs::remove_all(folder_); }

  static Weights weights() {
    Weights weights;
    weights.parameters.tensors = {{"conv1_2.weight", {2, 3, 1, 1}, {0.1F, 2, 3, 4, 5, -6}},
                                  {"conv1_2.bias", {2}, {7, 8}},
                                  {"conv1_1.weight", {1, 2}, {9, 1e-42F}}};
    weights.net = "D / 4";
    weights.crop = 56;
    weights.class_names = {"n01440764", "n02102040"};
    weights.preprocessing = {
        {123.68, 116.779, 103.939}, {58, 58, 58}, "RGB", "pillow-bilinear", "auto"};
    weights.init_sha256 = std::string(64, 'a');
    return weights;
  }
  [[nodiscard]] std::string bytes() const {
    std::ifstream in(path_, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  [[nodiscard]] std::string load_error() const {
    try {
      (void)load_weights(path_);
    } catch (const Error& error) {
      EXPECT_EQ(error.origin(), Origin::data);
      return error.what();
    }
    return "nothing was thrown";
  }

  fs::path folder_;
  fs::path path_;
};

TEST_F(WeightsFileTest, EverythingComesBackInOrder) {
  const Weights saved = weights();
  save_weights(path_, saved);
  const Weights loaded = load_weights(path_);
  ASSERT_EQ(loaded.parameters.tensors.size(), saved.parameters.tensors.size());
  for (std::size_t i = 0; i < saved.parameters.tensors.size(); ++i) {
    EXPECT_EQ(loaded.parameters.tensors[i].name, saved.parameters.tensors[i].name);
    EXPECT_EQ(loaded.parameters.tensors[i].dims, saved.parameters.tensors[i].dims);
    EXPECT_EQ(loaded.parameters.tensors[i].values, saved.parameters.tensors[i].values);
  }
  EXPECT_EQ(loaded.net, saved.net);
  EXPECT_EQ(loaded.crop, saved.crop);
  EXPECT_EQ(loaded.class_names, saved.class_names);
  EXPECT_EQ(loaded.preprocessing.mean, saved.preprocessing.mean);
  EXPECT_EQ(loaded.preprocessing.divisor, saved.preprocessing.divisor);
  EXPECT_EQ(loaded.preprocessing.channel_order, saved.preprocessing.channel_order);
  EXPECT_EQ(loaded.preprocessing.profile, saved.preprocessing.profile);
  EXPECT_EQ(loaded.preprocessing.scaled, saved.preprocessing.scaled);
  EXPECT_EQ(loaded.init_sha256, saved.init_sha256);
}

TEST_F(WeightsFileTest, TheFactsComeWithoutTheTensors) {
  save_weights(path_, weights());
  const Weights facts = load_weights_facts(path_);
  EXPECT_TRUE(facts.parameters.tensors.empty());
  EXPECT_EQ(facts.net, "D / 4");
  EXPECT_EQ(facts.sha256.size(), 64U);
  EXPECT_EQ(facts.sha256, load_weights(path_).sha256);
}

TEST_F(WeightsFileTest, OtherValuesHaveAnotherDigestAndOtherFactsHaveNot) {
  save_weights(path_, weights());
  const std::string digest = load_weights_facts(path_).sha256;
  Weights other = weights();
  other.init_sha256.clear();
  save_weights(path_, other);
  EXPECT_EQ(load_weights_facts(path_).sha256, digest);
  other.parameters.tensors[1].values[0] = 7.5F;
  save_weights(path_, other);
  EXPECT_NE(load_weights_facts(path_).sha256, digest);
}

TEST_F(WeightsFileTest, EqualWeightsLeaveEqualBytes) {
  save_weights(path_, weights());
  const std::string first = bytes();
  save_weights(path_, weights());
  EXPECT_EQ(bytes(), first);
}

TEST_F(WeightsFileTest, H5pyReadsIt) {
  if (std::system("/usr/bin/python3 -c 'import h5py' 2>/dev/null") != 0) {
    GTEST_SKIP() << "no python3 with h5py";
  }
  save_weights(path_, weights());
  const std::string script =
      "import h5py, sys\n"
      "f = h5py.File(sys.argv[1])\n"
      "w = f['conv1_2/weight']\n"
      "assert w.shape == (2, 3, 1, 1) and w.dtype == 'f4' and w[1, 2, 0, 0] == -6\n"
      "assert list(f['conv1_2/bias'][:]) == [7, 8]\n"
      "assert f.attrs['net'] == 'D / 4' and f.attrs['crop'] == 56\n"
      "assert list(f.attrs['mean']) == [123.68, 116.779, 103.939]\n"
      "assert list(f['class_names'].asstr()) == ['n01440764', 'n02102040']\n"
      "assert list(f.attrs['tensors'])[0] == 'conv1_2.weight'\n";
  EXPECT_EQ(std::system(("/usr/bin/python3 -c \"" + script + "\" " + path_.string()).c_str()), 0);
}

TEST_F(WeightsFileTest, AMissingFileIsNamed) {
  EXPECT_THAT(load_error(), HasSubstr("weights.h5: there is no such file"));
}

TEST_F(WeightsFileTest, ForeignFilesAreRefused) {
  fs::create_directories(folder_);
  std::ofstream(path_) << "PK zip";
  EXPECT_THAT(load_error(), HasSubstr("weights.h5: is not an HDF5 file"));
  Hdf5File other = Hdf5File::create(path_);
  other.make_group("/model_weights");
  other.close();
  EXPECT_THAT(load_error(), HasSubstr("is not a weights file"));
}

TEST_F(WeightsFileTest, DamageIsNoticed) {
  save_weights(path_, weights());
  const std::string whole = bytes();
  fs::resize_file(path_, whole.size() / 2);
  EXPECT_THAT(load_error(), HasSubstr("damaged"));

  std::string flipped = whole;
  const float needle = -6;
  const auto at = flipped.find(std::string(reinterpret_cast<const char*>(&needle), sizeof needle));
  ASSERT_NE(at, std::string::npos);
  flipped[at] ^= 1;
  std::ofstream(path_, std::ios::binary) << flipped;
  EXPECT_THAT(load_error(), HasSubstr("the weights are damaged: their SHA-256"));
}

TEST_F(WeightsFileTest, AFailureLeavesTheOldFile) {
  save_weights(path_, weights());
  const std::string old = bytes();
  Weights wrong = weights();
  wrong.parameters.tensors.push_back({"fc8.weight", {5, 5}, {1, 2, 3}});  // shape and values differ
  EXPECT_THROW(save_weights(path_, wrong), Error);
  EXPECT_EQ(bytes(), old);
  EXPECT_EQ(std::distance(fs::directory_iterator(folder_), fs::directory_iterator()), 1);
}

}  // namespace
}  // namespace vggflow
