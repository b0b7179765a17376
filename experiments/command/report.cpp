#include "experiments/tables/report.h"

#include <cstdio>

#include "base/atomic_file.h"
#include "experiments/command/command.h"

namespace vggflow {

void add_report(CLI::App& program) {
  struct Arguments {
    std::string out;
    std::string file;
  };
  const auto arguments = std::make_shared<Arguments>();
  CLI::App& command =
      *program.add_subcommand("report", "describe the experiments of a folder in Markdown");
  command.add_option("OUT", arguments->out, "a folder of results")->required();
  command.add_option("-o", arguments->file, "write it here instead of printing it");
  command.callback([arguments] {
    if (arguments->file.empty()) {
      std::fputs(report_markdown(arguments->out).c_str(), stdout);
      return;
    }
    const auto file = std::filesystem::absolute(arguments->file);
    write_text_atomically(file, report_markdown(arguments->out, file.parent_path()));
  });
}

}  // namespace vggflow
