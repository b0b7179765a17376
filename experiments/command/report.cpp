#include <cstdio>

#include "base/atomic_file.h"
#include "base/error.h"
#include "experiments/command/command.h"
#include "experiments/report/html_page.h"
#include "experiments/report/markdown.h"

namespace vggflow {
namespace {

namespace fs = std::filesystem;

struct Arguments {
  std::string out;
  std::string file;
  std::string data;
};

void write_report(const Arguments& arguments) {
  const fs::path file = fs::absolute(arguments.file);
  const std::string ending = file.extension().string();
  if (ending == ".html") {
    write_text_atomically(
        file,
        report_html({.out = arguments.out, .folder = file.parent_path(), .data = arguments.data}));
  } else if (ending == ".md") {
    write_text_atomically(file, report_markdown(arguments.out, file.parent_path()));
  } else {
    throw Error(Origin::usage, "-o: the ending says the format; allowed: .html or .md",
                arguments.file);
  }
}

}  // namespace

void add_report(CLI::App& program) {
  const auto arguments = std::make_shared<Arguments>();
  CLI::App& command = *program.add_subcommand(
      "report", "describe the experiments of a folder: a page, or a text in Markdown");
  command.add_option("OUT", arguments->out, "a folder of results")->required();
  command.add_option("-o", arguments->file,
                     "write it here, FILE.html or FILE.md, instead of printing Markdown");
  command.add_option("--data", arguments->data,
                     "where relative paths of `data:` start: the page shows images, too");
  command.callback([arguments] {
    if (arguments->file.empty()) {
      std::fputs(report_markdown(arguments->out).c_str(), stdout);
    } else {
      write_report(*arguments);
    }
  });
}

}  // namespace vggflow
