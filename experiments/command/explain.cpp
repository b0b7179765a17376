#include "experiments/spec/explain.h"

#include <cstdio>

#include "base/atomic_file.h"
#include "experiments/command/command.h"
#include "experiments/look/flow_svg.h"

namespace vggflow {

void add_explain(CLI::App& program) {
  struct Arguments {
    SpecFlags spec;
    std::string svg;
    std::string figures;
  };
  const auto arguments = std::make_shared<Arguments>();
  CLI::App& command = *program.add_subcommand(
      "explain", "print the resolved spec, the net and the flow graph; run nothing");
  arguments->spec.add_to(command);
  CLI::Option* svg = command.add_option(
      "--svg", arguments->svg, "draw the flow of training into this file instead of printing");
  command
      .add_option("--figures", arguments->figures,
                  "for --svg: flow.json of a run, or the file of `bench pipeline --json`")
      ->needs(svg);
  command.callback([arguments] {
    const Spec spec = arguments->spec.read();
    if (arguments->svg.empty()) {
      std::fputs(explain(spec).c_str(), stdout);
      return;
    }
    std::optional<FlowFigures> figures;
    if (!arguments->figures.empty()) figures = read_flow_figures(arguments->figures);
    write_text_atomically(arguments->svg, flow_svg(spec, figures));
  });
}

void add_stages(CLI::App& program) {
  CLI::App& command =
      *program.add_subcommand("stages", "list the stages with their parameters and defaults");
  const auto plugins = std::make_shared<std::vector<std::string>>();
  add_plugins(command, *plugins);
  command.callback([plugins] {
    load_plugins(*plugins);
    std::fputs(describe_stages().c_str(), stdout);
  });
}

}  // namespace vggflow
