// The tar source: how fast a tar is indexed, and that fetching a file by offset costs no more from
// a tar of ILSVRC's size than from a small one. The large one takes 5 GB of disk, so it is asked
// for: VGGFLOW_BENCH_LARGE names the folder where it is made and kept.
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>

#include "base/params.h"
#include "base/value.h"
#include "bench/pipeline/dataset/sparse_tar.h"
#include "pipeline/dataset.h"

namespace vggflow::bench {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kSmall = 1000;
constexpr std::size_t kLarge = 1281000;
constexpr std::size_t kFetched = 512;  // files, so that the page cache holds them in both cases

const char* large_folder() { return std::getenv("VGGFLOW_BENCH_LARGE"); }

/// The small tar of this process, removed at its end, or the large one.
const SparseTar& tar_of(std::size_t files) {
  struct Temporary {
    SparseTar tar{fs::temp_directory_path() / ("vggflow_bench_" + std::to_string(std::rand())),
                  kSmall};
    Temporary() { make(tar); }
    ~Temporary() {
      std::error_code ignored;
      fs::remove(tar.path, ignored);
    }
  };
  if (files == kSmall) {
    static const Temporary small;
    return small.tar;
  }
  static const SparseTar large = [] {
    SparseTar tar{fs::path(large_folder()) / "vggflow_bench_large.tar", kLarge};
    make(tar);
    return tar;
  }();
  return large;
}

std::unique_ptr<Dataset> open(const SparseTar& tar) {
  Value source = Value::map();
  source["tar"] = Value::text(tar.path.string());
  return open_dataset(Params(source, "source"), {});
}

void index_tar(benchmark::State& state) {
  const auto files = static_cast<std::size_t>(state.range(0));
  const SparseTar& tar = tar_of(files);
  for (auto _ : state) {
    if (open(tar)->size() != files) state.SkipWithError("not all files are in the index");
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}

void fetch_from_tar(benchmark::State& state) {
  const auto files = static_cast<std::size_t>(state.range(0));
  const std::unique_ptr<Dataset> dataset = open(tar_of(files));
  std::vector<std::byte> buffer;
  std::size_t next = 0;
  const auto fetch = [&] {
    const std::uint64_t id = next++ % kFetched * 7919 % kFetched * (files / kFetched);
    dataset->read(id, buffer);
    if (!is_file(buffer, id)) state.SkipWithError("not the bytes of the file asked for");
  };
  for (std::size_t i = 0; i < kFetched; ++i) fetch();
  for (auto _ : state) fetch();
  state.SetItemsProcessed(state.iterations());
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(SparseTar::kFileBytes));
}

const bool kRegistered = [] {
  auto* index = benchmark::RegisterBenchmark("index_tar", index_tar)->ArgName("files")->Arg(kSmall);
  auto* fetch =
      benchmark::RegisterBenchmark("fetch_from_tar", fetch_from_tar)->ArgName("files")->Arg(kSmall);
  if (large_folder()) {
    index->Arg(kLarge)->Unit(benchmark::kMillisecond);
    fetch->Arg(kLarge);
  }
  return true;
}();

}  // namespace
}  // namespace vggflow::bench
