#include "experiments/training/schedule.h"

namespace vggflow {

double learning_rate(const TrainSpec& train, std::uint64_t iteration, std::uint64_t per_epoch) {
  double rate = train.sgd.rate;
  for (const Length& drop : train.schedule.at) {
    if (iteration >= drop.iterations(per_epoch)) rate *= train.schedule.factor;
  }
  return rate;
}

}  // namespace vggflow
