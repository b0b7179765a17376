#pragma once

#include <CLI/CLI.hpp>
#include <string>

#include "experiments/run/experiment.h"
#include "experiments/spec/spec.h"

namespace vggflow {

/// The flags that the commands which read a spec share.
struct SpecFlags {
  std::string spec;
  SpecEdits edits;
  std::vector<std::string> plugins;
  int workers = 0;
  int threads = 0;
  std::string device = {};  ///< "cpu", "cuda" or "auto": overrules `compute.engine`

  void add_to(CLI::App& command, const std::string& name = "SPEC",
              const std::string& doc = "experiment spec, a YAML file");
  /// All of them but the spec itself.
  void add_edits_to(CLI::App& command);
  /// The spec at `path` with all edits of the command line; loads the plugins first.
  [[nodiscard]] Spec read(const std::filesystem::path& path) const;
  [[nodiscard]] Spec read() const { return read(spec); }
};

/// --plugin, which SpecFlags has, of the commands that read no spec but know stages.
void add_plugins(CLI::App& command, std::vector<std::string>& plugins);
void load_plugins(const std::vector<std::string>& plugins);
/// --data, --out, --quiet.
void add_run_options(CLI::App& command, RunOptions& options);
/// --cache, of the commands without --out that open a source.
void add_cache(CLI::App& command, std::string& cache);
/// --fresh, of the commands that train.
void add_fresh(CLI::App& command, RunOptions& options);
/// --tensorboard, likewise.
void add_tensorboard(CLI::App& command, RunOptions& options);

// Each adds its command to the program; the command runs in its callback.
void add_run(CLI::App& program);
void add_evaluate(CLI::App& program);
void add_reproduce(CLI::App& program);
void add_report(CLI::App& program);
void add_explain(CLI::App& program);
void add_stages(CLI::App& program);
void add_preview(CLI::App& program);
void add_bench(CLI::App& program);
void add_dataset(CLI::App& program);

}  // namespace vggflow
