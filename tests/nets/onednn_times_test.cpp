// Where the time of a step goes, by layer.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>

#include "nets/vgg.h"
#include "tests/nets/onednn_test_support.h"

namespace vggflow {
namespace {

constexpr int kSlots = 2;

EngineOptions timed() {
  EngineOptions options = training_options(kSlots);
  options.time_layers = true;
  return options;
}

Net small_vgg() { return vgg_net("A-LRN", {32, 16, 24, 10, 0.5}); }

TEST(OnednnTimes, AreOfEveryOperationInItsOrder) {
  const auto engine = loaded("onednn", small_vgg(), timed());
  std::vector<std::string> rows;
  for (const LayerTimes& row : engine->layer_times()) rows.push_back(row.layer);
  EXPECT_THAT(rows, testing::ElementsAre("input", "conv1_1", "norm1", "pool1", "conv2_1", "pool2",
                                         "conv3_1", "conv3_2", "pool3", "conv4_1", "conv4_2",
                                         "pool4", "conv5_1", "conv5_2", "pool5", "fc6", "drop6",
                                         "fc7", "drop7", "fc8", "loss", "update"));
}

TEST(OnednnTimes, AddUpToNoMoreThanTheSteps) {
  const Net net = small_vgg();
  const auto engine = loaded("onednn", net, timed());
  const auto started = std::chrono::steady_clock::now();
  train(*engine, net, kSlots, 3);
  const std::chrono::duration<double> passed = std::chrono::steady_clock::now() - started;
  double all = 0;
  for (const LayerTimes& row : engine->layer_times()) {
    const bool forward_only = row.layer == "input" || row.layer == "loss";
    EXPECT_EQ(row.forward_s > 0, row.layer != "update") << row.layer;
    EXPECT_EQ(row.backward_s > 0, !forward_only) << row.layer;
    all += row.forward_s + row.backward_s;
  }
  EXPECT_LE(all, passed.count());
  for (const LayerTimes& row : engine->layer_times()) {
    EXPECT_EQ(row.forward_s + row.backward_s, 0) << row.layer << " was taken before";
  }
}

TEST(OnednnTimes, ChangeNoBits) {
  const Net net = small_vgg();
  const auto with = loaded("onednn", net, timed());
  const auto without = loaded("onednn", net, training_options(kSlots));
  for (Engine* engine : {with.get(), without.get()}) train(*engine, net, kSlots, 2);
  expect_same(with->parameters(), without->parameters(), "weights");
  EXPECT_TRUE(without->layer_times().empty());
}

}  // namespace
}  // namespace vggflow
