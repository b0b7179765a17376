#include "tests/nets/cudnn_on_host.h"
#include "tests/nets/cudnn_test_support.h"

namespace vggflow::cudnn {
namespace {

constexpr int kTrueChannels = 13;

struct PoolCase {
  MapShape source;
  int window;
};
const PoolCase kCases[] = {{{2, 7, 5, 16}, 2}, {{2, 7, 5, 16}, 3}, {{1, 2, 2, 16}, 2},
                           {{3, 6, 8, 16}, 2}, {{1, 9, 8, 16}, 3}, {{2, 3, 4, 16}, 1},
                           {{1, 11, 4, 16}, 4}};

MapShape pooled_shape(const PoolCase& c) {
  return {c.source.slots, c.source.height / c.window, c.source.width / c.window, c.source.channels};
}

template <class T>
class CudnnMaxPool : public testing::Test {
 protected:
  struct Pooled {
    std::vector<T> in;
    std::vector<T> out;
    std::vector<std::uint8_t> places;
  };

  static std::vector<T> map(const MapShape& shape, std::uint64_t seed) {
    auto values = rounded<T>(few_values(shape.elements(), seed));
    zero_padding(values, shape, kTrueChannels);
    return values;
  }

  static Pooled pooled(const PoolCase& c) {
    Pooled p{map(c.source, 1), poisoned<T>(pooled_shape(c).elements()), {}};
    p.places.assign(p.out.size(), 0xEE);
    pool(c, p.in, p.out, p.places.data());
    return p;
  }

  // By what the compiler makes for this window.
  static void pool(const PoolCase& c, const std::vector<T>& in, std::vector<T>& out,
                   std::uint8_t* places) {
    const auto run = c.window == 2   ? on_host::max_pool<T, 2>
                     : c.window == 3 ? on_host::max_pool<T, 3>
                                     : on_host::max_pool<T, 0>;
    run(c.source, c.window, in.data(), out.data(), places);
  }
  static void unpool(const PoolCase& c, const Pooled& p, const std::vector<T>& gradient, bool relu,
                     std::vector<T>& out) {
    const auto run = c.window == 2   ? on_host::max_pool_gradient<T, 2>
                     : c.window == 3 ? on_host::max_pool_gradient<T, 3>
                                     : on_host::max_pool_gradient<T, 0>;
    run(c.source, c.window, relu ? p.out.data() : nullptr, p.places.data(), gradient.data(),
        out.data());
  }
};
TYPED_TEST_SUITE(CudnnMaxPool, ElementTypes);

TYPED_TEST(CudnnMaxPool, IsTheReferences) {
  for (const PoolCase& c : kCases) {
    const auto p = this->pooled(c);
    for (int n = 0; n < c.source.slots; ++n) {
      const auto in = slot_of(p.in, c.source, c.source.channels, n);
      EXPECT_EQ(slot_of(p.out, pooled_shape(c), c.source.channels, n).values,
                reference::max_pool(in, c.window).values);
    }
  }
}

TYPED_TEST(CudnnMaxPool, IsTheSameWhereNothingIsNotedAndForAnyWindow) {
  for (const PoolCase& c : kCases) {
    const auto p = this->pooled(c);
    auto out = poisoned<TypeParam>(static_cast<std::int64_t>(p.out.size()));
    this->pool(c, p.in, out, nullptr);
    expect_same_bits(out, p.out);
    std::vector<std::uint8_t> places(p.places.size(), 0xEE);
    on_host::max_pool<TypeParam>(c.source, c.window, p.in.data(), out.data(), places.data());
    expect_same_bits(out, p.out);
    EXPECT_EQ(places, p.places);
  }
}

TYPED_TEST(CudnnMaxPool, GradientIsTheReferences) {
  for (const PoolCase& c : kCases) {
    const auto p = this->pooled(c);
    const auto gradient = this->map(pooled_shape(c), 2);
    for (const bool relu : {false, true}) {
      auto got = poisoned<TypeParam>(c.source.elements());
      this->unpool(c, p, gradient, relu, got);
      for (int n = 0; n < c.source.slots; ++n) {
        const auto in = slot_of(p.in, c.source, c.source.channels, n);
        auto wanted = reference::max_pool_backward(
            in, c.window, slot_of(gradient, pooled_shape(c), c.source.channels, n));
        if (relu) wanted = reference::relu_backward(in, wanted);
        EXPECT_EQ(slot_of(got, c.source, c.source.channels, n).values, wanted.values);
      }
    }
  }
}

TYPED_TEST(CudnnMaxPool, WritesEachElementOnce) {
  for (const PoolCase& c : kCases) {
    auto p = this->pooled(c);
    expect_each_written_once(
        p.out, pooled_packs<TypeParam>(c.source, c.window), [&](std::int64_t i) {
          pool_pack<TypeParam, 0>({c.source, c.window, p.in.data(), p.out.data(), nullptr}, i);
        });
    auto gradient = poisoned<TypeParam>(c.source.elements());
    const Unpooling<TypeParam> unpooling{c.source,        c.window,    nullptr,
                                         p.places.data(), p.in.data(), gradient.data()};
    expect_each_written_once(gradient, unpooled_cells<TypeParam>(c.source, c.window),
                             [&](std::int64_t i) { unpool_cell<TypeParam, 0>(unpooling, i); });
  }
}

// The first of those that are not numbers, wherever it is and whatever else is there.
TYPED_TEST(CudnnMaxPool, WhatIsNotANumberWins) {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const float inf = std::numeric_limits<float>::infinity();
  const PoolCase c{{1, 2, 2, 8}, 2};
  for (int first = 0; first < 4; ++first) {
    std::vector<TypeParam> in(32, TypeParam(inf));
    for (int place = first; place < 4; place += 2) {
      for (int lane = 0; lane < 8; lane += 3) {
        in[static_cast<std::size_t>(place * 8 + lane)] = TypeParam(nan);
      }
    }
    std::vector<TypeParam> out(8);
    std::vector<std::uint8_t> places(8, 0xEE);
    this->pool(c, in, out, places.data());
    for (std::size_t lane = 0; lane < 8; ++lane) {
      EXPECT_EQ(std::isnan(widened(out[lane])), lane % 3 == 0);
      EXPECT_EQ(places[lane], lane % 3 == 0 ? first : 0);
    }
  }
}

TYPED_TEST(CudnnMaxPool, PlacesOfTheWidestWindowFitIntoAByte) {
  constexpr int kWidest = 16;
  const PoolCase c{{1, kWidest, kWidest, 8}, kWidest};
  std::vector<TypeParam> in(static_cast<std::size_t>(c.source.elements()), TypeParam(0));
  std::fill_n(in.end() - 8, 8, TypeParam(1));
  std::vector<TypeParam> out(8);
  std::vector<std::uint8_t> places(8);
  this->pool(c, in, out, places.data());
  EXPECT_EQ(places, std::vector<std::uint8_t>(8, kWidest * kWidest - 1));
  auto gradient = poisoned<TypeParam>(c.source.elements());
  this->unpool(c, {in, out, places}, out, false, gradient);
  expect_same_bits(gradient, in);
}

}  // namespace
}  // namespace vggflow::cudnn
