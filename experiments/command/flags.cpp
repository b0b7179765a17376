#include "experiments/command/command.h"
#include "pipeline/plugins.h"

namespace vggflow {
namespace {

constexpr int kMostThreads = 4096;  // as in a spec

std::string engine_for(const std::string& device) {
  if (device == "cpu") return "onednn";
  return device == "cuda" ? "cudnn" : "auto";
}

}  // namespace

void SpecFlags::add_to(CLI::App& command, const std::string& name, const std::string& doc) {
  command.add_option(name, spec, doc)->required();
  add_edits_to(command);
}

void SpecFlags::add_edits_to(CLI::App& command) {
  command.add_option("--overlay", edits.overlays, "YAML merged over each spec; may be repeated")
      ->take_all();
  command.add_option("--set", edits.settings, "KEY=VALUE after overlays, e.g. train.batch=32")
      ->take_all();
  add_plugins(command, plugins);
  command.add_option("--workers", workers, "pipeline threads (default: all of the machine)")
      ->check(CLI::Range(1, kMostThreads));
  command.add_option("--threads", threads, "compute threads (default: all of the machine)")
      ->check(CLI::Range(1, kMostThreads));
  command
      .add_option("--device", device,
                  "cpu, cuda or auto: the card if one can be used (default: compute.engine)")
      ->check(CLI::IsMember({"cpu", "cuda", "auto"}));
}

Spec SpecFlags::read(const std::filesystem::path& path) const {
  load_plugins(plugins);
  Spec read = read_spec(path, edits);
  if (workers > 0) read.feed.workers = workers;
  if (threads > 0) read.compute.threads = threads;
  if (!device.empty()) read.compute.engine = engine_for(device);
  return read;
}

void add_plugins(CLI::App& command, std::vector<std::string>& plugins) {
  command.add_option("--plugin", plugins, "shared library with stages; may be repeated")
      ->allow_extra_args(false)  // what follows is the spec
      ->take_all();
}

void load_plugins(const std::vector<std::string>& plugins) {
  for (const std::string& plugin : plugins) load_plugin(plugin);
}

void add_run_options(CLI::App& command, RunOptions& options) {
  command.add_option("--data", options.data, "where relative paths of `data:` start")
      ->capture_default_str();
  command.add_option("--out", options.out, "folder of results, one folder per experiment in it")
      ->capture_default_str();
  command.add_flag("--quiet", options.quiet, "only warnings and errors");
}

void add_cache(CLI::App& command, std::string& cache) {
  command.add_option("--cache", cache, "folder that keeps the indexes of tars (default: none)");
}

void add_fresh(CLI::App& command, RunOptions& options) {
  command.add_flag("--fresh", options.fresh, "remove what is there and start again");
}

void add_tensorboard(CLI::App& command, RunOptions& options) {
  command
      .add_option("--tensorboard", options.tensorboard,
                  "also write TensorBoard's event files, to DIR/<experiment>")
      ->type_name("DIR");
}

}  // namespace vggflow
