// Every setting that must not matter, crossed: on generated JPEGs, and on real images where the
// environment variable VGGFLOW_SAMPLE_TAR names a tar of class folders.
#include <gmock/gmock.h>

#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include "base/sha256.h"
#include "pipeline/flow.h"
#include "stages/generated/generated.h"
#include "tests/pipeline/jpeg_flow.h"

namespace vggflow {
namespace {

using namespace testing;  // NOLINT

/// What the matrix is run on.
struct Material {
  std::shared_ptr<const Dataset> images;
  std::string stages;  // but decode
  int side = 0;        // of what they make, px
  int batch = 0;
  std::uint64_t batches = 0;  // beyond one epoch
};

struct Setting {
  int workers = 1;
  int prefetch = 1;
  bool partial = true;
  std::uint64_t first_batch = 0;
  int shards = 1;
};

std::string to_text(const Setting& s) {
  return std::to_string(s.workers) + " workers, prefetch " + std::to_string(s.prefetch) +
         (s.partial ? ", partial" : ", whole") + ", from batch " + std::to_string(s.first_batch) +
         ", " + std::to_string(s.shards) + " shards";
}

/// The digest of each global batch from `first_batch` on: the shards' batches put together again.
std::vector<std::string> global_digests(const Material& material, const Setting& setting) {
  const StageList stages =
      make_stages(stage_list("decode partial=" + std::string(setting.partial ? "true" : "false") +
                             "; " + material.stages),
                  "pipeline");
  std::vector<std::unique_ptr<Flow>> shards;
  for (int rank = 0; rank < setting.shards; ++rank) {
    shards.push_back(std::make_unique<Flow>(
        *material.images, stages,
        plan_training(material.images->size(), {.seed = 3,
                                                .batch = material.batch,
                                                .image = {material.side, material.side},
                                                .shard = {rank, setting.shards},
                                                .first_batch = setting.first_batch,
                                                .batches = material.batches}),
        FlowOptions{.seed = 3, .workers = setting.workers, .prefetch = setting.prefetch}));
  }
  std::vector<std::string> digests;
  while (true) {
    Batch global;
    for (const auto& shard : shards) {
      const BatchLease part = shard->next();
      if (part) append(global, *part);
    }
    if (global.ids.empty()) return digests;
    digests.push_back(digest(global));
  }
}

void expect_same_bits(const Material& material, const std::vector<int>& workers) {
  const std::vector<std::string> whole = global_digests(material, {});
  ASSERT_EQ(whole.size(), material.batches);
  const std::uint64_t middle = material.batches / 2;
  for (const int count : workers) {
    for (const int prefetch : {1, 2, 4}) {
      for (const bool partial : {true, false}) {
        for (const std::uint64_t first : {std::uint64_t{0}, middle}) {
          for (const int shards : {1, 2, 4}) {
            const Setting setting{count, prefetch, partial, first, shards};
            const auto tail = whole.begin() + static_cast<std::ptrdiff_t>(first);
            ASSERT_EQ(global_digests(material, setting),
                      std::vector<std::string>(tail, whole.end()))
                << to_text(setting);
          }
        }
      }
    }
  }
}

class SameBitsMatrix : public ::testing::TestWithParam<int> {};

TEST_P(SameBitsMatrix, OnGeneratedImages) {
  // 3 batches an epoch: the middle of the run is the middle of its second epoch.
  expect_same_bits({in_memory(*open_generated({.classes = 4, .images = 7}, GeneratedSplit::train)),
                    "random_rescale min=40 max=64; flip probability=0.5; random_crop size=32; "
                    "colour_shift sigma=0.1; subtract_mean",
                    32, 8, 8},
                   {GetParam()});
}

TEST_P(SameBitsMatrix, OnRealImages) {
  const char* tar = std::getenv("VGGFLOW_SAMPLE_TAR");
  if (tar == nullptr) GTEST_SKIP() << "VGGFLOW_SAMPLE_TAR names no tar of real images";
  Value source = Value::map();
  source["tar"] = Value::text(tar);
  expect_same_bits(
      {in_memory(*open_dataset(Params(source, "source"), "."), 28),
       "random_rescale min=256 max=512; random_crop size=224; flip probability=0.5", 224, 8, 8},
      {GetParam()});
}

INSTANTIATE_TEST_SUITE_P(Workers, SameBitsMatrix, ::testing::Values(1, 2, 3, 8));

}  // namespace
}  // namespace vggflow
