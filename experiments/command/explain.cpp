#include "experiments/spec/explain.h"

#include <cstdio>

#include "experiments/command/command.h"

namespace vggflow {

void add_explain(CLI::App& program) {
  const auto flags = std::make_shared<SpecFlags>();
  CLI::App& command = *program.add_subcommand(
      "explain", "print the resolved spec, the net and the flow graph; run nothing");
  flags->add_to(command);
  command.callback([flags] { std::fputs(explain(flags->read()).c_str(), stdout); });
}

void add_stages(CLI::App& program) {
  CLI::App& command =
      *program.add_subcommand("stages", "list the stages with their parameters and defaults");
  command.callback([] { std::fputs(describe_stages().c_str(), stdout); });
}

}  // namespace vggflow
