#include "experiments/tables/reproduce.h"

#include <algorithm>
#include <map>
#include <set>

#include "base/error.h"
#include "base/log.h"

namespace vggflow {
namespace {

namespace fs = std::filesystem;

bool names_an_experiment(const std::string& from) {
  return !from.empty() && fs::path(from).extension() != ".h5";
}

/// Depth first over `init.from`.
class Order {
 public:
  explicit Order(const ReadSpec& read) : read_(read) {}

  void add(const fs::path& path) {
    const fs::path file = fs::weakly_canonical(path);
    if (names_in_.contains(file)) return;
    if (!open_.insert(file).second) {
      throw Error(Origin::spec, "init.from: goes round in a circle", path.string());
    }
    Spec spec = read_(path);
    if (names_an_experiment(spec.init.from)) add_parent(spec.init.from, path.parent_path());
    const auto [known, is_new] = names_.emplace(spec.name, path);
    if (!is_new) {
      throw Error(Origin::spec,
                  "name: '" + spec.name + "' is also the name of " + known->second.string(),
                  path.string());
    }
    names_in_[file] = spec.name;
    specs_.push_back(std::move(spec));
  }

  [[nodiscard]] std::vector<Spec> take() { return std::move(specs_); }

 private:
  /// The file is found by its name, the weights by the name in it: they must be one.
  void add_parent(const std::string& name, const fs::path& folder) {
    const fs::path path = folder / (name + ".yaml");
    add(path);
    const std::string& found = names_in_.at(fs::weakly_canonical(path));
    if (found == name) return;
    throw Error(Origin::spec,
                "name: is '" + found + "', but 'init.from: " + name + "' looks for it here; " +
                    "allowed: a file called as the experiment in it",
                path.string());
  }

  const ReadSpec& read_;
  std::set<fs::path> open_;
  std::map<fs::path, std::string> names_in_;  // of what is done
  std::map<std::string, fs::path> names_;
  std::vector<Spec> specs_;
};

/// Why each experiment that has no results has none.
using Failures = std::map<std::string, std::string>;

Failures run_all(const std::vector<Spec>& specs, const RunOptions& options) {
  Failures failures;
  for (const Spec& spec : specs) {
    if (failures.contains(spec.init.from)) {
      failures[spec.name] = "not run: it starts from " + spec.init.from + ", which failed";
      continue;
    }
    const auto failed = [&](const std::exception& error) {
      failures[spec.name] = error.what();
      log_warning(spec.name + " failed: " + error.what());
    };
    try {
      run_experiment(spec, options);
    } catch (const Error& error) {
      const bool stopped = options.stop != nullptr && *options.stop;
      if (stopped || error.origin() == Origin::stopped) throw;
      failed(error);
    } catch (const std::exception& error) {  // no memory for one net, enough for the others
      failed(error);
    }
  }
  return failures;
}

void describe_all(Table& table, const std::vector<Spec>& specs_of_rows) {
  std::set<std::string> notes{""};
  for (std::size_t i = 0; i < table.rows.size(); ++i) {
    describe(table.rows[i], specs_of_rows[i]);
    const std::string note = comparison_note(specs_of_rows[i].net);
    if (notes.insert(note).second) table.notes.push_back(note);
  }
}

void measure(TableRow& row, const Spec& spec, const Failures& failures, const RunOptions& options) {
  if (const auto failed = failures.find(spec.name); failed != failures.end()) {
    row.note = failed->second;
    return;
  }
  try {
    row.measured = measured_errors(folder_of(spec, options), row.evaluation);
  } catch (const Error& error) {
    row.note = error.what();
  }
}

}  // namespace

std::vector<Spec> experiments_in_order(const Table& table, const ReadSpec& read) {
  Order order(read);
  for (const TableRow& row : table.rows) order.add(row.experiment);
  return order.take();
}

bool reproduce(Table& table, const ReadSpec& read, const RunOptions& options) {
  const std::vector<Spec> specs = experiments_in_order(table, read);
  std::vector<Spec> specs_of_rows;
  for (const TableRow& row : table.rows) specs_of_rows.push_back(read(row.experiment));
  describe_all(table, specs_of_rows);  // what is wrong with the table shows before anything is run
  const Failures failures = run_all(specs, options);
  for (std::size_t i = 0; i < table.rows.size(); ++i) {
    measure(table.rows[i], specs_of_rows[i], failures, options);
  }
  return std::ranges::all_of(table.rows, [](const TableRow& row) { return bool(row.measured); });
}

}  // namespace vggflow
