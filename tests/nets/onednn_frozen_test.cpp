// Layers with multipliers of the learning rate; those of 0 stay as they are.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "tests/nets/onednn_test_support.h"

namespace vggflow {
namespace {

constexpr int kSlots = 3;

// A learned layer before and after everything that can stand between two.
Net net() {
  return {"front",
          {12, 12},
          {Convolution{"conv1", 8, 3}, Relu{}, MaxPool{2}, Convolution{"conv2", 16, 3}, Relu{},
           Lrn{3, 2, 0.5, 0.75}, Convolution{"conv3", 16, 3}, Relu{}, MaxPool{2},
           FullyConnected{"fc6", 24}, Relu{}, Dropout{0.5}, FullyConnected{"fc8", 7}}};
}

using Multipliers = std::map<std::string, double>;

EngineOptions options(const Multipliers& multipliers) {
  EngineOptions options = training_options(kSlots);
  options.rate_multipliers = multipliers;
  return options;
}

bool frozen(const Multipliers& multipliers, const std::string& tensor) {
  const auto known = multipliers.find(tensor.substr(0, tensor.find('.')));
  return known != multipliers.end() && known->second == 0;
}

class RateMultipliers : public testing::TestWithParam<Multipliers> {
 protected:
  Net net_ = net();
  std::unique_ptr<Engine> onednn_ = loaded("onednn", net_, options(GetParam()));
  std::unique_ptr<Engine> reference_ = loaded("reference", net_, options(GetParam()));
};

TEST_P(RateMultipliers, LeadToTheReferencesWeights) {
  for (Engine* engine : {onednn_.get(), reference_.get()}) train(*engine, net_, kSlots, 3);
  expect_near(onednn_->parameters(), reference_->parameters(), "weights");
  expect_near(onednn_->state().momenta, reference_->state().momenta, "momentum of");
}

TEST_P(RateMultipliers, OfZeroKeepTheBitsAndNoMomenta) {
  const Parameters before = random_parameters(net_);
  for (Engine* engine : {onednn_.get(), reference_.get()}) {
    engine->restore({random_parameters(net_, 9)});
    train(*engine, net_, kSlots, 3);
    const Parameters after = engine->parameters();
    const Parameters momenta = engine->state().momenta;
    for (std::size_t i = 0; i < after.tensors.size(); ++i) {
      const std::string& name = after.tensors[i].name;
      EXPECT_EQ(after.tensors[i].values == before.tensors[i].values, frozen(GetParam(), name))
          << name;
      EXPECT_EQ(largest(momenta.tensors[i].values) == 0, frozen(GetParam(), name)) << name;
    }
  }
}

TEST_P(RateMultipliers, GradientsOfTheOthersAreThoseOfTheWholeNet) {
  const auto whole = loaded("reference", net_, options({}));
  const Batch batch = random_batch(kSlots, net_.input, classes(net_));
  for (Engine* engine : {onednn_.get(), reference_.get(), whole.get()}) {
    engine->accumulate(batch, {3, 8, kSlots});
  }
  Parameters wanted = whole->gradients();
  for (Tensor& tensor : wanted.tensors) {
    if (frozen(GetParam(), tensor.name)) std::fill(tensor.values.begin(), tensor.values.end(), 0);
  }
  expect_near(onednn_->gradients(), wanted, "gradient of");
  expect_near(reference_->gradients(), wanted, "gradient of");
}

TEST_P(RateMultipliers, ResumedTrainingEndsInTheSameBits) {
  for (const char* name : {"onednn", "reference"}) {
    const auto whole = loaded(name, net_, options(GetParam()));
    train(*whole, net_, kSlots, 4);
    const auto begun = loaded(name, net_, options(GetParam()));
    train(*begun, net_, kSlots, 2);
    const auto resumed = make_engine(name, net_, options(GetParam()));
    resumed->load(begun->parameters());
    resumed->restore(begun->state());
    train(*resumed, net_, kSlots, 2, 2);
    expect_same(resumed->parameters(), whole->parameters(), "weights");
    expect_same(resumed->state().momenta, whole->state().momenta, "momentum of");
  }
}

INSTANTIATE_TEST_SUITE_P(
    Layers, RateMultipliers,
    testing::Values(Multipliers{}, Multipliers{{"conv1", 0}}, Multipliers{{"conv2", 0}},
                    Multipliers{{"conv1", 0}, {"conv2", 0}, {"conv3", 0}},
                    Multipliers{{"conv3", 0}, {"fc8", 0}}, Multipliers{{"conv1", 0.1}, {"fc8", 10}},
                    Multipliers{{"conv1", 0}, {"conv2", 0}, {"conv3", 0}, {"fc6", 0}},
                    Multipliers{{"conv1", 0}, {"conv2", 0}, {"conv3", 0}, {"fc6", 0}, {"fc8", 0}}));

// The rows of operations that took time in the backward pass.
std::vector<std::string> backward_rows(Engine& engine) {
  train(engine, net(), kSlots, 1);
  std::vector<std::string> rows;
  for (const LayerTimes& row : engine.layer_times()) {
    if (row.backward_s > 0) rows.push_back(row.layer);
  }
  return rows;
}

TEST(FrozenFront, HasNoBackwardPass) {
  EngineOptions frozen = options({{"conv1", 0}, {"conv2", 0}});
  frozen.time_layers = true;
  const auto engine = loaded("onednn", net(), frozen);
  EXPECT_THAT(backward_rows(*engine),
              testing::ElementsAre("conv3", "pool2", "fc6", "drop6", "fc8", "update"));
}

TEST(FrozenFront, NeedsNeitherGradientsNorMomenta) {
  const auto bytes_of = [](const Engine& engine, const std::string& what) {
    for (const MemoryItem& item : engine.memory()) {
      if (item.what == what) return item.bytes;
    }
    return std::size_t{0};
  };
  const auto whole = loaded("onednn", net(), options({}));
  const auto tail = loaded("onednn", net(), options({{"fc6", 0}}));
  const auto fc6 = sizeof(float) * (24 * 16 * 3 * 3 + 24);
  EXPECT_EQ(bytes_of(*whole, "parameters"), bytes_of(*tail, "parameters"));
  EXPECT_EQ(bytes_of(*whole, "gradients"), bytes_of(*tail, "gradients") + fc6);
  EXPECT_EQ(bytes_of(*whole, "momenta"), bytes_of(*tail, "momenta") + fc6);
}

// What conv1 leaves is pooled and gone, frozen or not.
TEST(FrozenFront, StoresNoMoreThanALearningOne) {
  const auto stored = [](const Multipliers& multipliers) {
    const auto engine = loaded("onednn", net(), options(multipliers));
    train(*engine, net(), kSlots, 1);
    for (const MemoryItem& item : engine->memory()) {
      if (item.what == "stored activations") return item.bytes;
    }
    return std::size_t{0};
  };
  const std::size_t learning = stored({});
  EXPECT_GT(learning, 0U);
  EXPECT_LE(stored({{"conv1", 0}}), learning);
  EXPECT_LE(stored({{"conv1", 0}, {"conv2", 0}, {"conv3", 0}}), learning);
}

/// Two processes whose gradients are alike.
class Doubling : public Communicator {
 public:
  int rank() const override { return 0; }
  int size() const override { return 2; }
  void start_sum(std::span<float> values) override {
    for (float& v : values) v *= 2;
  }
  void wait() override {}
  void sum(std::span<double> values) override {
    for (double& v : values) v *= 2;
  }
  void barrier() override {}
};

TEST(FrozenFront, IsNotSummedOverProcesses) {
  EngineOptions sharded = options({{"conv1", 0}});
  sharded.communicator = std::make_shared<Doubling>();
  const auto shard = loaded("onednn", net(), sharded);
  const auto whole = loaded("onednn", net(), options({{"conv1", 0}}));
  const Batch batch = random_batch(kSlots, net().input, classes(net()));
  shard->accumulate(batch, {0, 0, 2 * kSlots});
  whole->accumulate(batch, {0, 0, kSlots});
  for (Engine* engine : {shard.get(), whole.get()}) engine->update({0.02, 0.9, 5e-3});
  expect_same(shard->parameters(), whole->parameters(), "weights");
}

TEST(RateMultiplierErrors, NameTheLearnedLayers) {
  for (const char* name : {"onednn", "reference"}) {
    const auto make = [&](const Multipliers& given) {
      return [=] { static_cast<void>(make_engine(name, net(), options(given))); };
    };
    const auto says = [](const std::string& text) {
      return testing::Throws<Error>(
          testing::AllOf(testing::Property(&Error::origin, Origin::engine),
                         testing::Property(&Error::message, testing::HasSubstr(text))));
    };
    EXPECT_THAT(make({{"conv9", 1}}), says("'conv9', which net 'front' does not learn; allowed: "
                                           "conv1, conv2, conv3, fc6 or fc8"));
    EXPECT_THAT(make({{"pool1", 0}}), says("'pool1'"));
    EXPECT_THAT(make({{"fc6", -1}}), says("fc6 is -1.000000; allowed: 0"));
    EXPECT_THAT(make({{"fc6", std::nan("")}}), says("fc6 is nan"));
  }
}

}  // namespace
}  // namespace vggflow
