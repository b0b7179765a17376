#include "experiments/run/initial_weights.h"

#include <gmock/gmock.h>

#include <algorithm>

#include "base/error.h"
#include "experiments/spec/yaml.h"
#include "nets/weights_file.h"
#include "tests/experiments/run/experiment_runner.h"

namespace vggflow::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

/// A net to start, and finished weights of another seed beside it.
class InitialWeightsTest : public ::testing::Test {
 protected:
  void SetUp() override { save("out/first/weights.h5", read("name: first\n")); }

  /// The tiny experiment with `init` and other sections laid over it.
  static Spec read(const std::string& more) {
    Value value = parse_yaml(tiny_spec("next"), "next.yaml");
    merge(value, parse_yaml(more, "more.yaml"));
    return make_spec(std::move(value));
  }
  void save(const std::string& path, const Spec& of) const {
    std::filesystem::create_directories((folder_ / path).parent_path());
    Weights weights;
    weights.parameters = initial_parameters(of.net, {}, kSeed);
    weights.net = of.net.name;
    save_weights(folder_ / path, weights);
  }
  [[nodiscard]] Parameters initial(const Spec& spec) const {
    return initial_weights(spec, options_).parameters;
  }
  [[nodiscard]] std::string logged(const Spec& spec) const {
    ::testing::internal::CaptureStderr();
    static_cast<void>(initial(spec));
    return ::testing::internal::GetCapturedStderr();
  }
  [[nodiscard]] std::string error(const Spec& spec) const {
    try {
      static_cast<void>(initial(spec));
    } catch (const Error& error) {
      EXPECT_EQ(error.origin(), Origin::data);
      return error.what();
    }
    return "no error";
  }
  /// The names of the tensors whose values are those of `other`.
  static std::vector<std::string> equal_to(const Parameters& other, const Parameters& parameters) {
    std::vector<std::string> names;
    for (const Tensor& tensor : parameters.tensors) {
      if (tensor.name.ends_with(".bias")) continue;  // zero everywhere
      if (tensor.values == other.find(tensor.name)->values) names.push_back(tensor.name);
    }
    return names;
  }

  static constexpr std::uint64_t kSeed = 77;
  ScratchFolder folder_;
  RunOptions options_{.data = {}, .out = folder_ / "out"};
};

using ::testing::ElementsAre;

TEST_F(InitialWeightsTest, ALayerIsTakenWholeAndTheRestIsRandom) {
  const Spec spec = read("init: {from: first, layers: [fc8, conv1_1]}\n");
  const Parameters drawn = initial_parameters(spec.net, spec.init.random, spec.seed);
  const Parameters first = load_weights(folder_ / "out/first/weights.h5").parameters;
  const Parameters mixed = initial(spec);
  EXPECT_THAT(equal_to(first, mixed), ElementsAre("conv1_1.weight", "fc8.weight"));
  EXPECT_THAT(equal_to(drawn, mixed), ElementsAre("conv2_1.weight", "fc6.weight"));
  EXPECT_THAT(logged(spec), AllOf(HasSubstr("next: took conv1_1, fc8 from "),
                                  HasSubstr("first/weights.h5; random: conv2_1, fc6\n")));
}

TEST_F(InitialWeightsTest, BiasesAreTakenToo) {
  Weights weights = load_weights(folder_ / "out/first/weights.h5");
  std::ranges::fill(weights.parameters.find("fc6.bias")->values, 3.0F);
  save_weights(folder_ / "biased.h5", weights);
  const Parameters mixed =
      initial(read("init: {from: " + (folder_ / "biased.h5").string() + ", layers: [fc6]}\n"));
  EXPECT_EQ(mixed.find("fc6.bias")->values, weights.parameters.find("fc6.bias")->values);
  EXPECT_EQ(mixed.find("fc8.bias")->values.front(), 0);
}

TEST_F(InitialWeightsTest, WithoutLayersAllAreTaken) {
  const Spec spec = read("init: {from: first}\n");
  const InitialWeights initial = initial_weights(spec, options_);
  const Weights first = load_weights(folder_ / "out/first/weights.h5");
  EXPECT_EQ(equal_to(first.parameters, initial.parameters).size(), 4U);
  EXPECT_EQ(initial.sha256, first.sha256);
  EXPECT_THAT(logged(spec), HasSubstr("next: took all layers from "));
}

TEST_F(InitialWeightsTest, EveryLayerMayBeNamed) {
  EXPECT_THAT(logged(read("init: {from: first, layers: [conv1_1, conv2_1, fc6, fc8]}\n")),
              HasSubstr("; random: none\n"));
}

TEST_F(InitialWeightsTest, OtherLayersOfTheSourceMayHaveAnyShape) {
  const std::string ten_classes =
      "net: {classes: 10, layers: [conv: {name: conv1_1, outputs: 8}, "
      "relu, pool, fc: {name: other, outputs: 10}]}\n";
  save("out/ten/weights.h5", read(ten_classes));
  EXPECT_THAT(logged(read("init: {from: ten, layers: [conv1_1]}\n")),
              HasSubstr("took conv1_1 from"));
  EXPECT_THAT(error(read("init: {from: ten, layers: [conv1_1, fc8]}\n")),
              AllOf(HasSubstr("ten/weights.h5: "), HasSubstr("fc8.weight is missing")));
}

TEST_F(InitialWeightsTest, AnErrorNamesBothShapes) {
  save("out/narrow/weights.h5",
       read("net: {layers: [conv: {name: conv1_1, outputs: 8}, relu, pool, "
            "conv: {name: conv2_1, outputs: 12}, relu, pool, "
            "fc: {name: fc6, outputs: 9}, relu, fc: {name: fc8, outputs: 3}]}\n"));
  EXPECT_THAT(error(read("init: {from: narrow, layers: [conv1_1, fc8]}\n")),
              AllOf(HasSubstr("narrow/weights.h5: "),
                    HasSubstr("fc8.weight is (3, 9), the net wants (3, 24)")));
  EXPECT_THAT(error(read("init: {from: narrow}\n")),
              AllOf(HasSubstr("narrow/weights.h5: "),
                    HasSubstr("fc6.weight is (9, 432), the net wants (24, 432)")));
}

TEST_F(InitialWeightsTest, AnErrorNamesBothNets) {
  const std::string wide =
      "net: {name: wide, layers: [conv: {name: conv1_1, outputs: 9}, relu, pool, "
      "fc: {name: fc8, outputs: 3}]}\n";
  save("out/wide/weights.h5", read(wide));
  const Spec own = read("net: {name: small}\n");
  const std::string nets = "wide/weights.h5: holds weights of net 'wide', the spec's net is '" +
                           own.net.name + "': conv1_1.weight is (9, 3, 3, 3), the net wants (8, ";
  EXPECT_THAT(error(read("net: {name: small}\ninit: {from: wide}\n")), HasSubstr(nets));
  EXPECT_THAT(error(read("net: {name: small}\ninit: {from: wide, layers: [conv1_1]}\n")),
              HasSubstr(nets));
  save("out/twin/weights.h5", read(wide + "name: twin\n"));
  EXPECT_THAT(
      error(read("net: {name: wide}\ninit: {from: twin}\n")),
      HasSubstr("holds weights of net 'wide', the spec's net of that name has other layers: "
                "conv1_1.weight is (9"));
}

TEST_F(InitialWeightsTest, NothingToStartFromIsNamed) {
  EXPECT_THAT(error(read("init: {from: nobody}\n")),
              AllOf(HasSubstr("nobody/weights.h5"),
                    HasSubstr("init.from: the experiment 'nobody' has no finished weights; run it "
                              "first, or name a .h5 file")));
  EXPECT_THAT(error(read("init: {from: nowhere.h5}\n")), HasSubstr("nowhere.h5"));
}

}  // namespace
}  // namespace vggflow::testing
