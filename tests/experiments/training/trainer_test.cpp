#include "experiments/training/trainer.h"

#include <gmock/gmock.h>
#include <unistd.h>

#include "base/error.h"
#include "experiments/spec/yaml.h"

namespace vggflow {
namespace {

constexpr const char* kSpec = R"(
name: tiny
net: {name: tiny, crop: 12, classes: 3, layers: [{conv: {name: conv1_1, outputs: 4}}, relu, pool, {fc: {name: fc8, outputs: 3}}]}
data: {train: {generated: {classes: 3, images: 8, seed: 1}}}
pipeline: [{random_crop: {size: 12}}]
train: {batch: 8, epochs: 20, sgd: {rate: 1.0e+6, decay: 1}, log_every: 1}
)";

TEST(Train, ALossThatIsNotFiniteStopsItNamingIterationAndRate) {
  const Spec spec = make_spec(parse_yaml(kSpec, "tiny.yaml"));
  const auto dataset = open_dataset(Params(spec.train_data, "data.train"), ".");
  const auto engine = make_engine("reference", spec.net, {.batch = 8});
  engine->load(initial_parameters(spec.net, {Initialisation::Kind::he}, 5));
  const auto communicator = single_process();
  const std::filesystem::path log = std::filesystem::path(::testing::TempDir()) /
                                    ("vggflow_trainer_" + std::to_string(::getpid()) + ".jsonl");
  try {
    (void)train(spec, *dataset, *engine, *communicator, log, true);
    ADD_FAILURE() << "nothing was thrown";
  } catch (const Error& error) {
    EXPECT_EQ(error.origin(), Origin::engine);
    EXPECT_THAT(error.what(), ::testing::ContainsRegex("loss is not finite at iteration [0-9]+, "
                                                       "learning rate 1000000.*train.sgd.rate"));
  }
  std::filesystem::remove(log);
}

}  // namespace
}  // namespace vggflow
