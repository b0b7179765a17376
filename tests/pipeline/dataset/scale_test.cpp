#include <cstdio>

#include "tests/pipeline/dataset/dataset_files.h"

namespace vggflow::testing {
namespace {

constexpr std::size_t kIlsvrcImages = 1'281'167;

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kSanitized = true;  // its shadows are no memory of ours
#else
constexpr bool kSanitized = false;
#endif

/// A field of /proc/self/status, bytes.
std::size_t status_bytes(const std::string& field) {
  std::ifstream in("/proc/self/status");
  std::string word;
  while (in >> word) {
    std::size_t kilobytes = 0;
    if (word == field + ":" && in >> kilobytes) return kilobytes * 1024;
  }
  return 0;
}

/// Tars of ILSVRC's shape whose images are holes. What is asserted is the same at any size; the
/// true one, 6 GB of disk and minutes to make, is asked for by VGGFLOW_NIGHTLY=1.
class Scale : public DatasetFiles, public ::testing::WithParamInterface<const char*> {
 protected:
  void expect_good(std::size_t images) const {
    const bool folders = GetParam() == std::string("folders");
    const std::string tar = folders ? "train.tar" : "ILSVRC2012_img_train.tar";
    shell(SPARSE_TAR " " + tar + " " + std::to_string(images) + " " + GetParam());
    const auto open_set = [&] {
      const fs::path cache = root() / "cache";
      return folders ? open({{"tar", tar}}, cache)
                     : open({{"ilsvrc", "."}, {"split", "train"}}, cache);
    };
    std::unique_ptr<Dataset> dataset;
    // An index takes about 80 bytes an image, and some more while it is made.
    expect_memory(images, [&] { dataset = open_set(); });
    expect_contents(*dataset, images);
    dataset.reset();
    expect_memory(images, [&] { dataset = open_set(); });
    expect_contents(*dataset, images);
  }

 private:
  template <class Open>
  static void expect_memory(std::size_t images, const Open& open) {
    std::ofstream("/proc/self/clear_refs") << "5";  // the peak starts here
    const std::size_t before = status_bytes("VmRSS");
    open();
    const std::size_t peak = status_bytes("VmHWM");
    ASSERT_GT(peak, 0U);
    if (kSanitized) return;
    EXPECT_LT(peak, before + images * 300 + (16 << 20));
  }

  static void expect_contents(const Dataset& dataset, std::size_t images) {
    ASSERT_EQ(dataset.size(), images);
    EXPECT_EQ(dataset.classes().size(), 1000U);
    EXPECT_TRUE(std::ranges::is_sorted(dataset.classes()));
    for (std::uint64_t id = 0; id < images; id += images / 499) {
      const std::string name(dataset.name(id));
      const std::string file = name.substr(name.find('/') + 1);
      EXPECT_EQ(name.substr(0, name.find('/')),
                dataset.classes()[static_cast<std::size_t>(dataset.label(id))]);
      const std::string bytes = bytes_of(dataset, id);
      EXPECT_GE(bytes.size(), 100'000U);
      ASSERT_TRUE(bytes.starts_with(file + std::string(1, '\0'))) << name;
    }
  }
};

TEST_P(Scale, AFiftiethOfIlsvrc) { expect_good(kIlsvrcImages / 50); }

TEST_P(Scale, AllOfIlsvrc) {
  if (!std::getenv("VGGFLOW_NIGHTLY")) GTEST_SKIP() << "set VGGFLOW_NIGHTLY=1";
  expect_good(kIlsvrcImages);
}

INSTANTIATE_TEST_SUITE_P(Dataset, Scale, ::testing::Values("tars", "folders"),
                         [](const auto& kind) { return std::string(kind.param); });

}  // namespace
}  // namespace vggflow::testing
