#include <cstdio>
#include <exception>

#include "base/error.h"
#include "experiments/command/command.h"
#include "experiments/command/openmp_wait.h"
#include "experiments/command/processes.h"
#include "experiments/run/provenance.h"

namespace {

constexpr int kFailed = 1;
constexpr int kBadUsage = 2;

/// What was printed may still be on its way, to a full disk perhaps.
void finish_output() {
  if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0) return;
  throw vggflow::system_error("cannot write", "standard output");
}

int run(int argc, char** argv) {
  CLI::App program("vggflow: ImageNet experiments from one YAML spec");
  program.set_version_flag("--version", vggflow::version());
  program.require_subcommand(1);
  vggflow::add_run(program);
  vggflow::add_evaluate(program);
  vggflow::add_reproduce(program);
  vggflow::add_report(program);
  vggflow::add_explain(program);
  vggflow::add_stages(program);
  vggflow::add_preview(program);
  vggflow::add_bench(program);
  vggflow::add_dataset(program);
  for (CLI::App* command : program.get_subcommands({})) {
    if (command->get_name() != "run") vggflow::refuse_several_processes(*command);
  }
  try {
    program.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    // A launcher ends all as soon as one fails, be it before another has told why.
    if (!vggflow::speaks_for_all()) return 0;
    return program.exit(error) == 0 ? 0 : kBadUsage;
  }
  finish_output();
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  vggflow::wait_passively(argv);
  try {
    return run(argc, argv);
  } catch (const vggflow::ToldByAnother& end) {
    return end.exit_code;
  } catch (const vggflow::Error& error) {
    if (error.origin() == vggflow::Origin::usage && !vggflow::speaks_for_all()) return 0;
    std::fprintf(stderr, "vggflow: %s\n", error.what());
    return error.exit_code();
  } catch (const std::exception& error) {
    std::fprintf(stderr, "vggflow: %s\n", error.what());
    return kFailed;
  }
}
