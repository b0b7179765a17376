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
    const std::string report = report_markdown(arguments->out);
    if (arguments->file.empty()) {
      std::fputs(report.c_str(), stdout);
    } else {
      write_text_atomically(arguments->file, report);
    }
  });
}

}  // namespace vggflow
