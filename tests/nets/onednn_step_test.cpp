// What a training step does once warm, seen from outside: allocations by a replaced operator new,
// the primitives that ran by what oneDNN itself says, memory by what the system counts. A program
// of its own: sanitizers bring their own operator new.
#include <dlfcn.h>
#include <gtest/gtest.h>
#include <malloc.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <new>
#include <oneapi/dnnl/dnnl.hpp>
#include <set>
#include <sstream>

#include "nets/onednn/device.h"
#include "nets/vgg.h"
#include "tests/nets/onednn_test_support.h"

namespace {

std::array<void*, 1 << 16> callers;
std::atomic<std::size_t> allocations{0};
std::atomic<bool> counting{false};

void* allocated(std::size_t size, std::size_t alignment, void* caller) {
  if (counting) {
    const auto at = allocations++;
    if (at < callers.size()) callers[at] = caller;
  }
  const auto unit = std::max(alignment, alignof(std::max_align_t));
  void* memory =
      std::aligned_alloc(unit, (std::max(size, std::size_t{1}) + unit - 1) / unit * unit);
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}

}  // namespace

// The other forms call these.
void* operator new(std::size_t size) { return allocated(size, 1, __builtin_return_address(0)); }
void* operator new(std::size_t size, std::align_val_t alignment) {
  return allocated(size, static_cast<std::size_t>(alignment), __builtin_return_address(0));
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete(void* memory, std::align_val_t) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept { std::free(memory); }

namespace vggflow {
namespace {

// No layer has as many outputs: dimensions that begin with it are of activations.
constexpr int kSlots = 5;

// oneDNN keeps a step's arguments in maps of its own; those are not ours to avoid.
bool is_oneDNNs(void* caller) {
  Dl_info info{};
  return dladdr(caller, &info) != 0 && std::strstr(info.dli_fname, "libdnnl") != nullptr;
}

std::size_t own_allocations() {
  const std::size_t all = std::min(allocations.load(), callers.size());
  std::size_t own = 0;
  for (std::size_t i = 0; i < all; ++i) own += is_oneDNNs(callers[i]) ? 0 : 1;
  return own;
}

struct Primitive {
  std::string kind;  ///< "convolution"
  std::string pass;  ///< "backward_data"
  std::string size;  ///< "64x3x3x3", of a reorder
};

/// What ran, from lines such as
/// onednn_verbose,exec,cpu,reorder,jit:uni,undef,...,,64x3x3x3,0.0213
std::vector<Primitive> executed(const std::string& verbose) {
  std::vector<Primitive> all;
  std::istringstream lines(verbose);
  for (std::string line; std::getline(lines, line);) {
    std::vector<std::string> fields;
    std::istringstream parts(line);
    for (std::string field; std::getline(parts, field, ',');) fields.push_back(field);
    if (fields.size() < 8 || fields[1] != "exec") continue;
    all.push_back({fields[3], fields[5], fields[fields.size() - 2]});
  }
  return all;
}

class WarmStep : public testing::TestWithParam<const char*> {
 protected:
  void make(const std::map<std::string, double>& multipliers = {}) {
    EngineOptions options = training_options(kSlots, 2);
    options.rate_multipliers = multipliers;
    engine_ = loaded("onednn", net_, options);
    for (int i = 0; i < 2; ++i) step();
  }

  void step() {
    engine_->accumulate(batch_, {0, 0, 2 * kSlots});
    engine_->accumulate(batch_, {0, kSlots, 2 * kSlots});
    engine_->update({0.02, 0.9, 5e-4});
  }

  // oneDNN writes to the standard output.
  std::vector<Primitive> primitives_of_a_step() {
    dnnl::set_verbose(1);
    testing::internal::CaptureStdout();
    step();
    const std::string out = testing::internal::GetCapturedStdout();
    dnnl::set_verbose(0);
    return executed(out);
  }

  int count(const std::vector<Primitive>& all, const std::string& kind, const std::string& pass) {
    return static_cast<int>(std::count_if(all.begin(), all.end(), [&](const Primitive& one) {
      return one.kind == kind && one.pass == pass;
    }));
  }

  Net net_ = vgg_net(GetParam(), {64, 4, 64, 10, 0.5});
  Batch batch_ = random_batch(kSlots, net_.input, classes(net_));
  std::unique_ptr<Engine> engine_;
};

TEST_P(WarmStep, AllocatesNothing) {
  make();
  // Results wait in a queue, which takes a new block every few dozen of them.
  while (engine_->poll()) {
  }
  const std::size_t before = onednn::Buffer::total_bytes();
  allocations = 0;
  counting = true;
  step();
  counting = false;
  EXPECT_EQ(own_allocations(), 0U) << "of " << allocations << " with oneDNN's";
  EXPECT_EQ(onednn::Buffer::total_bytes(), before);
}

TEST(AllocationCount, FindsOne) {
  allocations = 0;
  counting = true;
  const auto number = std::make_unique<std::string>(100, 'x');
  counting = false;
  EXPECT_GE(own_allocations(), 2U);
}

TEST(AllocationCount, FindsThoseOfTheLibrary) {
  const Net net = tiny_net();
  const auto engine = loaded("onednn", net, training_options(kSlots));
  allocations = 0;
  counting = true;
  const Parameters parameters = engine->parameters();
  counting = false;
  EXPECT_GE(own_allocations(), parameters.tensors.size());
}

TEST_P(WarmStep, ReordersWeightsAlone) {
  make();
  std::set<std::string> weights;
  for (const ParameterShape& shape : parameter_shapes(net_)) {
    if (shape.bias) continue;
    std::string size;
    for (const auto dim : shape.dims) size += (size.empty() ? "" : "x") + std::to_string(dim);
    weights.insert(size);
  }
  const auto all = primitives_of_a_step();
  EXPECT_GT(all.size(), 20U);
  for (const Primitive& one : all) {
    if (one.kind != "reorder") continue;
    EXPECT_TRUE(weights.count(one.size)) << one.size;
  }
}

TEST_P(WarmStep, RunsWhatIsNeededAlone) {
  make();
  const auto all = primitives_of_a_step();
  int convolutions = 0;
  for (const Layer& layer : net_.layers) convolutions += std::holds_alternative<Convolution>(layer);
  EXPECT_EQ(count(all, "convolution", "forward_training"), 2 * convolutions);
  EXPECT_EQ(count(all, "convolution", "backward_weights"), 2 * convolutions);
  EXPECT_EQ(count(all, "convolution", "backward_data"), 2 * (convolutions - 1));
  EXPECT_EQ(count(all, "inner_product", "backward_data"), 2 * 3);
  EXPECT_EQ(count(all, "eltwise", "forward_training"), 0) << "ReLU is fused";
  for (const Primitive& one : all) {
    EXPECT_EQ(one.kind.find("pooling"), std::string::npos) << "own loops do that on blocks";
  }
}

TEST_P(WarmStep, LeavesOutWhatIsFrozen) {
  std::map<std::string, double> front;
  for (const ParameterShape& shape : parameter_shapes(net_)) {
    if (shape.layer.rfind("conv", 0) == 0) front[shape.layer] = 0;
  }
  front["fc7"] = 0;
  make(front);
  const auto all = primitives_of_a_step();
  for (const char* pass : {"backward_weights", "backward_data"}) {
    EXPECT_EQ(count(all, "convolution", pass), 0) << pass;
    EXPECT_EQ(count(all, "inner_product", pass), 2 * 2) << pass;
  }
}

std::size_t resident_bytes() {
  malloc_trim(0);
  std::size_t all = 0;
  std::size_t resident_pages = 0;
  std::ifstream("/proc/self/statm") >> all >> resident_pages;
  return resident_pages * static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
}

// The first engine leaves code and threads behind that the second finds; what that one adds is its
// own.
TEST(Account, HoldsWhatAnEngineTakes) {
  const Net net = vgg_net("D", {64, 2, 1024, 10, 0.5});
  const auto first = loaded("onednn", net, training_options(kSlots));
  train(*first, net, kSlots, 1);
  const std::size_t before = resident_bytes();
  const auto engine = loaded("onednn", net, training_options(kSlots));
  train(*engine, net, kSlots, 1);
  std::size_t account = 0;
  for (const MemoryItem& item : engine->memory()) account += item.bytes;
  EXPECT_GT(account, std::size_t{50} << 20);
  EXPECT_LT(resident_bytes() - before, account + account / 10);
}

INSTANTIATE_TEST_SUITE_P(Nets, WarmStep, testing::Values("A", "D"));

}  // namespace
}  // namespace vggflow
