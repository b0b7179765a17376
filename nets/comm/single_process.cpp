#include <cstdlib>

#include "nets/comm/communicator.h"

namespace vggflow {
namespace {

class SingleProcess final : public Communicator {
 public:
  [[nodiscard]] int rank() const override { return 0; }
  [[nodiscard]] int size() const override { return 1; }
  void start_sum(std::span<float> /*values*/) override {}
  void wait() override {}
  void sum(std::span<double> /*values*/) override {}
  void barrier() override {}
};

}  // namespace

void Communicator::abort(int exit_code) { std::_Exit(exit_code); }

std::shared_ptr<Communicator> single_process() { return std::make_shared<SingleProcess>(); }

}  // namespace vggflow
