#include "experiments/bench/pipeline_bench.h"

#include <nlohmann/json.hpp>

#include "stages/generated/generated.h"
#include "tests/experiments/spec/spec_files.h"

namespace vggflow {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

/// A spec of a pipeline alone, without a net: 64 images a batch.
class PipelineBenchTest : public SpecFiles {
 protected:
  [[nodiscard]] Spec pipeline(const std::string& source, const std::string& stages) const {
    return spec("name: x\nseed: 2\ndata: {train: " + source + "}\npipeline:\n" + stages);
  }
  [[nodiscard]] Spec of_files() const { return pipeline("{folder: train}", kCrop); }
  /// 64 images in folder_/train, so that every batch draws each of them.
  void files() const {
    generate_dataset({.classes = 2, .images = 32, .val_images = 1}, folder_ / "made", 2);
    fs::rename(folder_ / "made/train", folder_ / "train");
  }
  [[nodiscard]] std::vector<fs::path> images() const {
    std::vector<fs::path> found;
    for (const auto& entry : fs::recursive_directory_iterator(folder_ / "train")) {
      if (entry.is_regular_file()) found.push_back(entry.path());
    }
    return found;
  }

  const std::string kGenerated = "{generated: {classes: 2, images: 40}}";
  const std::string kCrop = "  - rescale: {side: 40}\n  - random_crop: {size: 24}\n";
};

TEST_F(PipelineBenchTest, WithoutANetTheStagesSayHowLargeTheSlotsAre) {
  const PipelineBench bench = bench_pipeline(pipeline(kGenerated, kCrop), folder_, 2);
  EXPECT_EQ(bench.images, 128U);
  EXPECT_EQ(bench.flow.batches, 2U);
  EXPECT_TRUE(bench.failed.empty()) << bench.failed.front().reason;
  EXPECT_EQ(nlohmann::json::parse(to_json(bench)).at("failed"), 0);
}

TEST_F(PipelineBenchTest, PicturesOfManySizesAreASpecError) {
  const Spec many = pipeline(kGenerated, "  - rescale: {side: 40}\n");
  EXPECT_EQ(error_of([&] { static_cast<void>(bench_pipeline(many, folder_, 2)); }),
            "spec.yaml:1: pipeline: makes pictures of many sizes, a batch holds one; end it with a "
            "crop");
}

TEST_F(PipelineBenchTest, AFailedImageIsNamedAndDoesNotCount) {
  files();
  const fs::path bad = images().front();
  fs::resize_file(bad, 0);
  const PipelineBench bench = bench_pipeline(of_files(), folder_, 1);
  EXPECT_EQ(bench.images, 63U);
  ASSERT_EQ(bench.failed.size(), 1U);
  EXPECT_THAT(to_text(bench), HasSubstr("failed images: 1; the first: " + bench.failed[0].name));
  const auto json = nlohmann::json::parse(to_json(bench));
  EXPECT_EQ(json.at("failed"), 1);
  EXPECT_THAT(json.at("first_failed").get<std::string>(), HasSubstr(bad.filename().string()));
}

TEST_F(PipelineBenchTest, NothingButFailedImagesIsADataError) {
  files();
  for (const fs::path& image : images()) fs::resize_file(image, 0);
  const std::string error =
      error_of([&] { static_cast<void>(bench_pipeline(of_files(), folder_, 1)); }, Origin::data);
  EXPECT_THAT(error, HasSubstr("every image failed; the first: "));
  EXPECT_THAT(error, HasSubstr("0000000.jpg"));
}

}  // namespace
}  // namespace vggflow
