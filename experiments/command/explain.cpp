#include "experiments/spec/explain.h"

#include <cstdio>

#include "base/atomic_file.h"
#include "experiments/command/command.h"
#include "experiments/look/flow_svg.h"
#include "experiments/tables/table2.h"

namespace vggflow {

void add_explain(CLI::App& program) {
  struct Arguments {
    SpecFlags spec;
    std::string svg;
    std::string figures;
    bool table2 = false;
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
  CLI::Option* spec = command.get_option("SPEC")->required(false);
  command.add_flag("--table2", arguments->table2, "print Table 2 of the paper instead; no SPEC")
      ->excludes(spec);
  command.callback([arguments, spec] {
    if (arguments->table2) {
      std::fputs(table2_text().c_str(), stdout);
      return;
    }
    if (spec->count() == 0) throw CLI::RequiredError("SPEC");
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
