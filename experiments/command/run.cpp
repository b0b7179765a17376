#include "base/log.h"
#include "experiments/command/command.h"
#include "experiments/command/stop_on_signal.h"

namespace vggflow {

void add_run(CLI::App& program) {
  struct Arguments {
    SpecFlags spec;
    RunOptions run;
  };
  const auto arguments = std::make_shared<Arguments>();
  CLI::App& command = *program.add_subcommand("run", "train and evaluate an experiment");
  arguments->spec.add_to(command);
  add_run_options(command, arguments->run);
  add_fresh(command, arguments->run);
  add_tensorboard(command, arguments->run);
  command.callback([arguments] {
    set_quiet(arguments->run.quiet);
    const StopOnSignal signal;
    arguments->run.stop = &signal.flag();
    const Spec spec = arguments->spec.read();
    run_experiment(spec, arguments->run);
    log_results(spec, arguments->run);
  });
}

}  // namespace vggflow
