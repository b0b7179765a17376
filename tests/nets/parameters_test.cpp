#include "nets/parameters.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/error.h"
#include "tests/nets/tiny.h"

namespace vggflow {
namespace {

using ::testing::AllOf;
using ::testing::Each;
using ::testing::HasSubstr;
using ::testing::Property;
using ::testing::Throws;

Net two_layers() {
  return {"n", {8, 8}, {Convolution{"a", 32, 3}, Convolution{"b", 32, 3}, FullyConnected{"c", 64}}};
}

double mean(const std::vector<float>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

double variance(const std::vector<float>& values) {
  const double centre = mean(values);
  double sum = 0;
  for (const float v : values) sum += (v - centre) * (v - centre);
  return sum / static_cast<double>(values.size());
}

/// Mean 0 within five standard errors, variance within five (of a normal: var * sqrt(2 / n)).
void expect_statistics(const Tensor& tensor, double wanted_variance) {
  const auto n = static_cast<double>(tensor.values.size());
  EXPECT_NEAR(mean(tensor.values), 0, 5 * std::sqrt(wanted_variance / n)) << tensor.name;
  EXPECT_NEAR(variance(tensor.values), wanted_variance, 5 * wanted_variance * std::sqrt(2 / n))
      << tensor.name;
}

TEST(InitialisationTest, BiasesAreZero) {
  for (const Tensor& tensor : initial_parameters(two_layers(), {}, 1).tensors) {
    if (tensor.dims.size() > 1) continue;
    EXPECT_THAT(tensor.values, Each(0.0F)) << tensor.name;
  }
}

TEST(InitialisationTest, GaussianHasItsDeviation) {
  const Parameters drawn =
      initial_parameters(two_layers(), {Initialisation::Kind::gaussian, 0.03}, 1);
  expect_statistics(*drawn.find("b.weight"), 0.03 * 0.03);
  expect_statistics(*drawn.find("c.weight"), 0.03 * 0.03);
}

TEST(InitialisationTest, HeFollowsTheFanIn) {
  const Parameters drawn = initial_parameters(two_layers(), {Initialisation::Kind::he}, 1);
  expect_statistics(*drawn.find("a.weight"), 2.0 / (3 * 9));
  expect_statistics(*drawn.find("b.weight"), 2.0 / (32 * 9));
  expect_statistics(*drawn.find("c.weight"), 2.0 / (32 * 64));
}

TEST(InitialisationTest, GlorotFillsItsBounds) {
  const Parameters drawn = initial_parameters(two_layers(), {Initialisation::Kind::glorot}, 1);
  const Tensor& b = *drawn.find("b.weight");
  const double a = std::sqrt(6.0 / (32 * 9 + 32 * 9));
  const auto [least, most] = std::minmax_element(b.values.begin(), b.values.end());
  EXPECT_GE(*least, -a);
  EXPECT_LE(*most, a);
  EXPECT_LT(*least, -0.99 * a);
  EXPECT_GT(*most, 0.99 * a);
  expect_statistics(b, a * a / 3);
}

TEST(InitialisationTest, IsAFunctionOfNetAndSeed) {
  const auto values = [](std::uint64_t seed) {
    return initial_parameters(two_layers(), {}, seed).find("b.weight")->values;
  };
  EXPECT_EQ(values(1), values(1));
  EXPECT_NE(values(1), values(2));
}

TEST(InitialisationTest, EachTensorHasItsOwnStream) {
  Net without_a = two_layers();
  without_a.layers.erase(without_a.layers.begin());
  const Parameters all = initial_parameters(two_layers(), {}, 1);
  const Parameters fewer = initial_parameters(without_a, {}, 1);
  EXPECT_EQ(all.find("c.weight")->values, fewer.find("c.weight")->values);
  const auto& a = all.find("a.weight")->values;
  const auto& b = all.find("b.weight")->values;
  EXPECT_FALSE(std::equal(a.begin(), a.begin() + 8, b.begin()));
}

/// A matcher of an Error of origin `data` at "w.h5".
auto data_error(const std::string& text) {
  return Throws<Error>(AllOf(Property(&Error::origin, Origin::data),
                             Property(&Error::place, "w.h5"),
                             Property(&Error::message, HasSubstr(text))));
}

TEST(CheckParametersTest, AcceptsTheNetsOwn) {
  EXPECT_NO_THROW(check_parameters(zero_parameters(two_layers()), two_layers(), "w.h5"));
}

TEST(CheckParametersTest, ErrorsNameTheTensor) {
  const auto check = [](auto spoil) {
    return [spoil] {
      Parameters parameters = zero_parameters(two_layers());
      spoil(parameters);
      check_parameters(parameters, two_layers(), "w.h5");
    };
  };
  EXPECT_THAT(check([](Parameters& p) {
                p.find("b.weight")->dims = {16, 32, 3, 3};
              }),
              data_error("b.weight is (16, 32, 3, 3), the net wants (32, 32, 3, 3)"));
  EXPECT_THAT(check([](Parameters& p) { p.tensors.erase(p.tensors.begin() + 3); }),
              data_error("b.bias is missing"));
  EXPECT_THAT(check([](Parameters& p) {
                p.tensors.push_back({"d.bias", {1}, {0}});
              }),
              data_error("d.bias is unknown"));
  EXPECT_THAT(check([](Parameters& p) { p.tensors.push_back(p.tensors.front()); }),
              data_error("a.weight is unknown or there twice"));
  EXPECT_THAT(check([](Parameters& p) { p.find("b.bias")->values.pop_back(); }),
              data_error("b.bias holds 31 values"));
}

}  // namespace
}  // namespace vggflow
