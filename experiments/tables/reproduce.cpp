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
    if (done_.contains(file)) return;
    if (!open_.insert(file).second) {
      throw Error(Origin::spec, "init.from: goes round in a circle", path.string());
    }
    Spec spec = read_(path);
    if (names_an_experiment(spec.init.from)) add(path.parent_path() / (spec.init.from + ".yaml"));
    const auto [known, is_new] = names_.emplace(spec.name, path);
    if (!is_new) {
      throw Error(Origin::spec,
                  "name: '" + spec.name + "' is also the name of " + known->second.string(),
                  path.string());
    }
    done_.insert(file);
    specs_.push_back(std::move(spec));
  }

  [[nodiscard]] std::vector<Spec> take() { return std::move(specs_); }

 private:
  const ReadSpec& read_;
  std::set<fs::path> open_;
  std::set<fs::path> done_;
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
    try {
      run_experiment(spec, options);
    } catch (const Error& error) {
      failures[spec.name] = error.what();
      log_warning(spec.name + " failed: " + error.what());
    }
  }
  return failures;
}

}  // namespace

std::vector<Spec> experiments_in_order(const Table& table, const ReadSpec& read) {
  Order order(read);
  for (const TableRow& row : table.rows) order.add(row.experiment);
  return order.take();
}

bool reproduce(Table& table, const ReadSpec& read, const RunOptions& options) {
  const Failures failures = run_all(experiments_in_order(table, read), options);
  std::set<std::string> notes;
  for (TableRow& row : table.rows) {
    const Spec spec = read(row.experiment);
    describe(row, spec);
    if (const std::string note = comparison_note(spec.net); notes.insert(note).second) {
      if (!note.empty()) table.notes.push_back(note);
    }
    if (const auto failed = failures.find(spec.name); failed != failures.end()) {
      row.note = failed->second;
    } else {
      row.measured = measured_errors(folder_of(spec, options), row.evaluation);
    }
  }
  return std::ranges::all_of(table.rows, [](const TableRow& row) { return bool(row.measured); });
}

}  // namespace vggflow
