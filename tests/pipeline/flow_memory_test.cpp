// What a flow over real JPEGs takes of memory, and how often it asks for some.
#include <gmock/gmock.h>

#include <atomic>
#include <cstdlib>
#include <fstream>
#include <new>

#include "pipeline/flow.h"
#include "stages/generated/generated.h"
#include "tests/pipeline/dataset/dataset_files.h"
#include "tests/pipeline/jpeg_flow.h"

namespace {

std::atomic<std::uint64_t> allocations{0};

}  // namespace

// Counted in the whole program, the library included. The other forms call these. Not inlined, or
// g++ would take free() for the wrong partner of `new`.
[[gnu::noinline]] void* operator new(std::size_t size) {
  allocations.fetch_add(1, std::memory_order_relaxed);
  if (void* memory = std::malloc(size == 0 ? 1 : size)) return memory;
  throw std::bad_alloc();
}
[[gnu::noinline]] void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  allocations.fetch_add(1, std::memory_order_relaxed);
  return std::malloc(size == 0 ? 1 : size);
}
[[gnu::noinline]] void* operator new(std::size_t size, std::align_val_t alignment) {
  allocations.fetch_add(1, std::memory_order_relaxed);
  const auto each = static_cast<std::size_t>(alignment);  // aligned_alloc wants whole multiples
  if (void* memory = std::aligned_alloc(each, (size + each - 1) / each * each)) return memory;
  throw std::bad_alloc();
}
[[gnu::noinline]] void operator delete(void* memory, std::align_val_t) noexcept {
  std::free(memory);
}
[[gnu::noinline]] void operator delete(void* memory, std::size_t, std::align_val_t) noexcept {
  std::free(memory);
}
[[gnu::noinline]] void operator delete(void* memory) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

namespace vggflow {
namespace {

using namespace testing;  // NOLINT

constexpr int kBatch = 32;

struct Run {
  std::string stages = "random_rescale min=40 max=64; random_crop size=32; flip; subtract_mean";
  std::uint64_t batches = 0;
  int batch = kBatch;
  int side = 32;  // of what the stages make, px
};

std::unique_ptr<Flow> flow_of(const Dataset& images, const Run& run) {
  return std::make_unique<Flow>(images, make_stages(stage_list(run.stages), "pipeline"),
                                plan_training(images.size(), {.seed = 1,
                                                              .batch = run.batch,
                                                              .image = {run.side, run.side},
                                                              .shard = {},
                                                              .batches = run.batches}),
                                FlowOptions{.seed = 1, .workers = 2, .prefetch = 2});
}

/// Allocations for each image of the second half of a run.
double allocations_per_image(const Dataset& images, const Run& run) {
  const auto flow = flow_of(images, run);
  std::uint64_t before = 0;
  for (std::uint64_t batch = 0; batch < run.batches; ++batch) {
    if (batch == run.batches / 2) before = allocations;
    EXPECT_TRUE(flow->next());
  }
  return static_cast<double>(allocations - before) /
         static_cast<double>(run.batches / 2 * static_cast<std::uint64_t>(run.batch));
}

double allocations_per_image(const Run& run) {
  return allocations_per_image(
      *in_memory(*open_generated({.classes = 4, .images = 16}, GeneratedSplit::train)), run);
}

/// The generated images as files, and as what lists and packs them.
class FlowMemoryOfFiles : public DatasetFiles {
 protected:
  void SetUp() override {
    const auto images = open_generated({.classes = 4, .images = 16}, GeneratedSplit::train);
    std::string list;
    for (std::uint64_t id = 0; id < images->size(); ++id) {
      const std::string key = "c" + std::to_string(images->label(id)) + "/" + std::to_string(id);
      const std::string label = std::to_string(images->label(id));
      write("set/" + key + ".jpg", bytes_of(*images, id));
      write("shard/" + key + ".jpg", bytes_of(*images, id));
      write("shard/" + key + ".cls", label);
      list += "set/" + key + ".jpg " + label + "\n";
    }
    write("list.txt", list);
    shell("mkdir shards && tar cf shards/0.tar -C shard .");
  }
};

TEST_F(FlowMemoryOfFiles, NothingIsAllocatedForAnImageOnceWarm) {
  for (const auto& [kind, path] :
       {std::pair{"folder", "set"}, {"list", "list.txt"}, {"webdataset", "shards"}}) {
    EXPECT_LT(allocations_per_image(*open({{kind, path}}), {.batches = 200}), 6.0 / kBatch) << kind;
  }
}

TEST(FlowMemory, NothingIsAllocatedForAnImageOnceWarm) {
  // What is left is for a batch: its plan.
  EXPECT_LT(allocations_per_image({.batches = 200}), 6.0 / kBatch);
}

TEST(FlowMemory, NeitherByStagesThatRender) {
  EXPECT_LT(allocations_per_image(
                {"rescale side=230; random_crop size=224; blur sigma=[0.5,1]", 40, kBatch, 224}),
            6.0 / kBatch);
}

std::uint64_t resident_bytes() {
  std::ifstream file("/proc/self/statm");
  std::uint64_t whole = 0;
  std::uint64_t resident = 0;
  file >> whole >> resident;
  return resident * 4096;
}

TEST(FlowMemory, StaysFlatOverTwentyThousandBatches) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  GTEST_SKIP() << "a sanitizer keeps what is freed";
#endif
  const auto images =
      in_memory(*open_generated({.classes = 4, .images = 8}, GeneratedSplit::train));
  const auto flow = flow_of(*images, {.batches = 20'000, .batch = 2});
  std::uint64_t early = 0;
  for (int batch = 0; batch < 20'000; ++batch) {
    ASSERT_TRUE(flow->next());
    if (batch == 1'000) early = resident_bytes();
  }
  EXPECT_LT(resident_bytes(), early + (1 << 20));
}

}  // namespace
}  // namespace vggflow
