#include "experiments/tables/reproduce.h"

#include <cstdio>

#include "base/atomic_file.h"
#include "base/error.h"
#include "base/log.h"
#include "experiments/command/command.h"
#include "experiments/command/stop_on_signal.h"
#include "experiments/tables/render_table.h"

namespace vggflow {

void add_reproduce(CLI::App& program) {
  struct Arguments {
    SpecFlags table;
    RunOptions run;
  };
  const auto arguments = std::make_shared<Arguments>();
  CLI::App& command = *program.add_subcommand(
      "reproduce", "run the experiments of a table and set measured errors beside published ones");
  arguments->table.add_to(command, "TABLE", "table spec, a YAML file");
  add_run_options(command, arguments->run);
  add_fresh(command, arguments->run);
  add_tensorboard(command, arguments->run);
  command.callback([arguments] {
    set_quiet(arguments->run.quiet);
    const StopOnSignal signal;
    arguments->run.stop = &signal.flag();
    const std::filesystem::path path = arguments->table.spec;
    Table table = read_table(read_yaml(path), path);
    const bool whole = reproduce(
        table, [&](const std::filesystem::path& spec) { return arguments->table.read(spec); },
        arguments->run);
    std::fputs(("\n" + to_text(table)).c_str(), stdout);
    const auto file = arguments->run.out / path.filename().replace_extension(".md");
    write_text_atomically(file, to_markdown(table));
    std::printf("\nTable:   %s\n", file.c_str());
    if (!whole) throw Error(Origin::data, "not every row was measured; the table says why", path);
  });
}

}  // namespace vggflow
