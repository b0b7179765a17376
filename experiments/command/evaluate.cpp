#include "base/log.h"
#include "experiments/command/command.h"
#include "experiments/command/stop_on_signal.h"

namespace vggflow {

void add_evaluate(CLI::App& program) {
  struct Arguments {
    SpecFlags spec;
    RunOptions run;
    std::vector<std::string> names;
    std::string weights;
  };
  const auto arguments = std::make_shared<Arguments>();
  CLI::App& command =
      *program.add_subcommand("evaluate", "score an experiment's weights, without training");
  arguments->spec.add_to(command);
  add_run_options(command, arguments->run);
  command.add_option("--evaluation", arguments->names, "which of `evaluate:` (default: all)")
      ->take_all();
  command.add_option("--weights", arguments->weights,
                     "weights file (default: OUT/<name>/weights.h5)");
  command.callback([arguments] {
    set_quiet(arguments->run.quiet);
    const StopOnSignal signal;
    arguments->run.stop = &signal.flag();
    evaluate_experiment(arguments->spec.read(), arguments->run, arguments->names,
                        arguments->weights);
  });
}

}  // namespace vggflow
