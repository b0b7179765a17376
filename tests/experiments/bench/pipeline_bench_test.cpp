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
  [[nodiscard]] PipelineBench bench(const Spec& spec, std::uint64_t batches,
                                    double seconds = 0) const {
    return bench_pipeline(spec, {.data = folder_, .batches = batches, .seconds = seconds});
  }
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
  const PipelineBench seen = bench(pipeline(kGenerated, kCrop), 2);
  EXPECT_EQ(seen.images, 128U);
  EXPECT_EQ(seen.flow.batches, 2U);
  EXPECT_TRUE(seen.failed.empty()) << seen.failed.front().reason;
  EXPECT_EQ(nlohmann::json::parse(to_json(seen)).at("failed"), 0);
}

TEST_F(PipelineBenchTest, RoundsAndBaselinesAreOfTheSameSamples) {
  const PipelineBench seen = bench(pipeline(kGenerated, kCrop), 2, 1e-6);
  EXPECT_EQ(seen.rounds, 1);
  EXPECT_EQ(seen.images, 128U);
  EXPECT_EQ(seen.flow.samples, 128U);
  ASSERT_TRUE(seen.bare_window);
  EXPECT_GT(seen.bare_window->images_per_s.median, 0);
  EXPECT_GT(seen.bare_window->ratio.median, 0);
  EXPECT_TRUE(seen.full_decode_resize);
  const auto json = nlohmann::json::parse(to_json(seen));
  for (const char* key :
       {"images_per_s", "workers", "digest", "bare_window_images_per_s",
        "full_decode_resize_images_per_s", "peak_rss_bytes", "allocations_per_image", "nodes"}) {
    EXPECT_TRUE(json.contains(key)) << key;
  }
  EXPECT_TRUE(json.at("allocations_per_image").is_null()) << "this program counts none";
}

TEST_F(PipelineBenchTest, GeometryBeyondTheBaselinesIsTimedWithoutThem) {
  for (const char* stages :
       {"  - pad: {px: 4}\n  - rescale: {side: 40}\n  - random_crop: {size: 24}\n",
        "  - rescale: {side: 60}\n  - pad: {px: 4}\n  - center_crop: {size: 24}\n",
        "  - rescale: {side: 60}\n  - center_crop: {size: 50}\n"
        "  - rescale: {side: 30}\n  - center_crop: {size: 24}\n"}) {
    const PipelineBench seen = bench(pipeline(kGenerated, stages), 1, 1e-6);
    EXPECT_EQ(seen.images, 64U);
    EXPECT_FALSE(seen.bare_window) << stages;
    EXPECT_FALSE(seen.full_decode_resize);
    EXPECT_THAT(to_text(seen), HasSubstr("no baselines: "));
  }
}

TEST_F(PipelineBenchTest, TheDigestIsOfTheFirstRoundWhateverIsTimed) {
  const Spec spec = pipeline(kGenerated, kCrop);
  EXPECT_EQ(bench(spec, 2).digest, bench(spec, 2, 1e-6).digest);
  EXPECT_NE(bench(spec, 2).digest, bench(spec, 3).digest);
}

TEST_F(PipelineBenchTest, PeersAreAskedForTheSpecsGeometry) {
  const PeerJob job = peer_job(pipeline(
      kGenerated, "  - random_rescale: {min: 30, max: 40}\n  - random_crop: {size: 24}\n"));
  EXPECT_EQ(job.min, 30);
  EXPECT_EQ(job.max, 40);
  EXPECT_EQ(job.crop, 24);
  EXPECT_EQ(peer_job(of_files()).max, 40);
  const Spec other = pipeline(kGenerated, "  - center_crop: {size: 24}\n");
  EXPECT_THAT(error_of([&] { static_cast<void>(peer_job(other)); }, Origin::usage),
              HasSubstr("this spec has other geometry"));
}

/// Stands for a Python: gets the script and the arguments, answers as the test wants.
class PeersTest : public PipelineBenchTest {
 protected:
  [[nodiscard]] std::vector<PeerFigures> ask(const std::string& commands) const {
    const fs::path python = folder_ / "it's python";
    std::ofstream(python) << "#!/bin/sh\n" << commands;
    fs::permissions(python, fs::perms::owner_all);
    const auto images = open_generated({.classes = 2, .images = 3}, GeneratedSplit::train);
    return time_peers({.min = 30, .max = 40, .crop = 24}, *images, 2, python.string());
  }
};

TEST_F(PeersTest, AreGivenTheScriptTheImagesAndTheJob) {
  const auto peers = ask(
      "test \"$(ls \"$3\" | wc -l)\" = 6 || exit 1\n"
      "grep -q 'def jpeg_size' \"$1\" || exit 1\n"
      "echo \"{\\\"peers\\\": [{\\\"name\\\": \\\"$4 $5 $6 $7 $8 $9\\\", \\\"images_per_s\\\": 7.5,"
      " \\\"versions\\\": {\\\"a\\\": \\\"1\\\", \\\"b\\\": \\\"2\\\"}},"
      " {\\\"name\\\": \\\"x\\\", \\\"skipped\\\": \\\"not there\\\"}]}\"\n");
  ASSERT_EQ(peers.size(), 2U);
  EXPECT_EQ(peers[0].name, "--min 30 --max 40 --crop 24");
  EXPECT_EQ(peers[0].images_per_s, 7.5);
  EXPECT_EQ(peers[0].versions, "a 1, b 2");
  EXPECT_EQ(peers[1].skipped, "not there");
}

TEST_F(PeersTest, ThatFailAreASystemError) {
  EXPECT_THAT(error_of([&] { static_cast<void>(ask("exit 3\n")); }, Origin::system),
              HasSubstr("timing other pipelines failed"));
  EXPECT_THAT(error_of([&] { static_cast<void>(ask("echo nonsense\n")); }, Origin::system),
              HasSubstr("not understood"));
}

TEST_F(PipelineBenchTest, PicturesOfManySizesAreASpecError) {
  const Spec many = pipeline(kGenerated, "  - rescale: {side: 40}\n");
  EXPECT_EQ(error_of([&] { static_cast<void>(bench(many, 2)); }),
            "spec.yaml:1: pipeline: makes pictures of many sizes, a batch holds one; end it with a "
            "crop");
}

TEST_F(PipelineBenchTest, AFailedImageIsNamedAndDoesNotCount) {
  files();
  const fs::path bad = images().front();
  fs::resize_file(bad, 0);
  const PipelineBench seen = bench(of_files(), 1);
  EXPECT_EQ(seen.images, 63U);
  ASSERT_EQ(seen.failed.size(), 1U);
  EXPECT_THAT(to_text(seen), HasSubstr("failed images: 1; the first: " + seen.failed[0].name));
  const auto json = nlohmann::json::parse(to_json(seen));
  EXPECT_EQ(json.at("failed"), 1);
  EXPECT_THAT(json.at("first_failed").get<std::string>(), HasSubstr(bad.filename().string()));
}

TEST_F(PipelineBenchTest, NothingButFailedImagesIsADataError) {
  files();
  for (const fs::path& image : images()) fs::resize_file(image, 0);
  const std::string error =
      error_of([&] { static_cast<void>(bench(of_files(), 1)); }, Origin::data);
  EXPECT_THAT(error, HasSubstr("every image failed; the first: "));
  EXPECT_THAT(error, HasSubstr("0000000.jpg"));
}

}  // namespace
}  // namespace vggflow
