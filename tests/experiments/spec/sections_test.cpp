#include "tests/experiments/spec/spec_files.h"

namespace vggflow {
namespace {

const char* const kBase = R"(name: s
net: {config: A, crop: 64, width_divisor: 16, fully_connected: 8, classes: 3}
data: {train: {folder: t}, val: {folder: v}}
pipeline:
  - rescale: {side: 80}
  - random_crop: {size: 64}
train: {batch: 8, epochs: 2, sgd: {rate: 0.1}}
)";

class Sections : public SpecFiles {
 protected:
  [[nodiscard]] Spec with(const std::vector<std::string>& settings) const {
    return spec(kBase, {.settings = settings});
  }
  /// The message after "PLACE: ".
  [[nodiscard]] std::string error(const std::vector<std::string>& settings) const {
    try {
      static_cast<void>(with(settings));
    } catch (const Error& error) {
      EXPECT_EQ(error.exit_code(), 2);
      EXPECT_FALSE(error.place().empty());
      return error.message();
    }
    return "no error";
  }
};

TEST_F(Sections, TrainHasDefaults) {
  const TrainSpec train = *with({}).train;
  EXPECT_EQ(train.batch, 8);
  EXPECT_EQ(train.length.iterations(100), 200U);
  EXPECT_EQ(train.sgd.rate, 0.1);
  EXPECT_EQ(train.sgd.momentum, 0.9);
  EXPECT_EQ(train.sgd.decay, 0);
  EXPECT_TRUE(train.schedule.at.empty());
  EXPECT_EQ(train.log_every, 20);
}

TEST_F(Sections, SchedulesInEpochsOrIterations) {
  EXPECT_TRUE(with({"train.schedule=constant"}).train->schedule.at.empty());
  const auto epochs = with({"train.schedule.step={epochs: [0.5, 12], factor: 0.2}"});
  ASSERT_EQ(epochs.train->schedule.at.size(), 2U);
  EXPECT_EQ(epochs.train->schedule.at[0].iterations(147), 73U);  // rounded down
  EXPECT_EQ(epochs.train->schedule.at[1].iterations(147), 1764U);
  EXPECT_EQ(epochs.train->schedule.factor, 0.2);
  const auto iterations = with({"train.schedule.step.iterations=[10, 20]"});
  EXPECT_EQ(iterations.train->schedule.at[1].iterations(147), 20U);
  EXPECT_EQ(iterations.train->schedule.factor, 0.1);
}

TEST_F(Sections, BadTrainValues) {
  EXPECT_EQ(error({"train.batch=0"}),
            "train.batch: got '0'; allowed: a whole number from 1 to 1048576");
  EXPECT_EQ(error({"train.iterations=5"}),
            "train.epochs: is given beside iterations; allowed: one of them");
  EXPECT_EQ(error({"train.epochs=null"}),
            "train.iterations: is missing; allowed: iterations or epochs");
  EXPECT_EQ(error({"train.sgd.rate=0"}), "train.sgd.rate: got '0'; allowed: a number > 0");
  EXPECT_EQ(error({"train.sgd.rate=-1"}).substr(0, 25), "train.sgd.rate: got '-1';");
  EXPECT_EQ(error({"train.sgd.momentum=1"}),
            "train.sgd.momentum: got '1'; allowed: a number from 0 to below 1");
  EXPECT_EQ(error({"train.sgd.decay=-1"}), "train.sgd.decay: got '-1'; allowed: a number >= 0");
  EXPECT_EQ(error({"train.schedule.step.epochs=[5, 5]"}),
            "train.schedule.step.epochs: the drops are not in rising order");
}

TEST_F(Sections, ViewsGoScaleByScaleEachFollowedByItsMirror) {
  const Spec read =
      with({"evaluate.d.scales=[64, 80]", "evaluate.c={scales: [70], views: center}"});
  const View whole{.kind = View::Kind::whole, .short_side = 64};
  const std::vector<View> dense = read.evaluation("d").all_views(64);
  ASSERT_EQ(dense.size(), 4U);
  EXPECT_EQ(dense[0], whole);
  EXPECT_EQ(dense[1].short_side, 64);
  EXPECT_TRUE(dense[1].mirror);
  EXPECT_EQ(dense[2].short_side, 80);
  const std::vector<View> centre = read.evaluation("c").all_views(64);
  EXPECT_EQ(centre.at(0), (View{.kind = View::Kind::centre, .short_side = 70, .crop = 64}));
  EXPECT_TRUE(centre.at(1).mirror);
}

TEST_F(Sections, BadEvaluations) {
  EXPECT_EQ(error({"evaluate.x.views=dense"}),
            "evaluate.x.scales: is missing; it gives Q, the smallest sides of the pictures");
  EXPECT_EQ(error({"evaluate.x={scales: [80], views: grid}"}),
            "evaluate.x.views: got 'grid'; allowed: dense, center, ten_crop or {grid: N}");
  EXPECT_EQ(error({"evaluate.a/b.scales=[80]"}),
            "evaluate.a/b: names a file; allowed: letters, digits, '.', '_' and '-'");
  EXPECT_EQ(error({"evaluate.x={scales: 80}"}),
            "evaluate.x.scales: got '80'; allowed: a list of at least one number from 1 to 65536");
  EXPECT_EQ(error({"evaluate.x={scales: []}"}),
            "evaluate.x.scales: got an empty list; allowed: a list of at least one number from 1 "
            "to 65536");
}

TEST_F(Sections, Init) {
  const InitSpec init = with({"init={from: A-256, layers: [conv1_1, fc6], std: 0.02}"}).init;
  EXPECT_EQ(init.from, "A-256");
  EXPECT_THAT(init.layers, testing::ElementsAre("conv1_1", "fc6"));
  EXPECT_EQ(init.random.kind, Initialisation::Kind::gaussian);
  EXPECT_EQ(init.random.std, 0.02);
  EXPECT_EQ(error({"init.kind=xavier"}),
            "init.kind: got 'xavier'; allowed: gaussian, glorot or he");
  EXPECT_EQ(error({"init.layers=[fc6]"}),
            "init.layers: says what to take, but `from` does not say from where");
  EXPECT_EQ(error({"init={from: A, layers: fc6}"}),
            "init.layers: got a single value; allowed: a list of layer names");
  EXPECT_EQ(with({"init.from=../elsewhere/A.h5"}).init.from, "../elsewhere/A.h5");
  EXPECT_EQ(error({"init.from=../A"}),
            "init.from: got '../A'; allowed: an experiment's name or a .h5 file");
  EXPECT_EQ(error({"init.from=s"}), "init.from: names the experiment itself; allowed: another one");
}

TEST_F(Sections, ComputeAndFeed) {
  const Spec read =
      with({"compute={engine: cudnn, threads: 3, precision: tf32, deterministic: true, "
            "workspace: 64}",
            "feed={workers: 4, prefetch: 5, on_error: substitute, max_errors: 7}"});
  EXPECT_EQ(read.compute.engine, "cudnn");
  EXPECT_EQ(read.compute.threads, 3);
  EXPECT_EQ(read.compute.precision, Precision::tf32);
  EXPECT_TRUE(read.compute.deterministic);
  EXPECT_EQ(read.compute.workspace_mib, 64);
  EXPECT_EQ(with({}).compute.precision, Precision::bf16);
  EXPECT_EQ(error({"compute.precision=f16"}),
            "compute.precision: got 'f16'; allowed: bf16, tf32 or f32");
  EXPECT_EQ(read.feed.workers, 4);
  EXPECT_EQ(read.feed.prefetch, 5);
  EXPECT_EQ(read.feed.on_error, OnError::substitute);
  EXPECT_EQ(read.feed.max_errors, 7U);
  EXPECT_EQ(with({"feed={max_errors: 0}"}).feed.max_errors, 0U);
  EXPECT_FALSE(with({"feed={workers: 4}"}).feed.max_errors);
  EXPECT_EQ(error({"compute.engine=tpu"}),
            "compute.engine: got 'tpu'; allowed: auto, onednn, cudnn or reference");
  EXPECT_EQ(error({"feed.prefetch=0"}),
            "feed.prefetch: got '0'; allowed: a whole number from 1 to 1024");
  EXPECT_EQ(error({"feed.workers=-1"}),
            "feed.workers: got '-1'; allowed: a whole number from 0 to 4096");
  EXPECT_EQ(error({"feed.on_error=ignore"}),
            "feed.on_error: got 'ignore'; allowed: skip, fail or substitute");
  EXPECT_EQ(error({"feed.max_errors=-1"}),
            "feed.max_errors: got '-1'; allowed: a whole number from 0 to 4294967295");
  EXPECT_EQ(error({"feed.max_errors=many"}),
            "feed.max_errors: got 'many'; allowed: a whole number from 0 to 4294967295");
}

}  // namespace
}  // namespace vggflow
