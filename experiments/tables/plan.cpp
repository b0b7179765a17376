#include "experiments/tables/plan.h"

#include <algorithm>
#include <map>
#include <memory>

#include "base/error.h"

namespace vggflow {
namespace {

namespace fs = std::filesystem;

/// Depth first over `init.from`.
class Order {
 public:
  explicit Order(const ReadSpec& read) : read_(read) {}

  /// `asked_at` is who names the path.
  PlannedExperiment& add(const fs::path& path, const std::string& asked_at) {
    const fs::path file = fs::weakly_canonical(path);
    if (const auto known = places_.find(file); known != places_.end()) {
      return planned_[known->second];
    }
    if (const auto first = std::ranges::find(open_, file); first != open_.end()) {
      throw Error(Origin::spec, "init.from: goes round in a circle, " + circle(first),
                  path.string());
    }
    open_.push_back(file);
    Spec spec = read(path, asked_at);
    if (starts_from_an_experiment(spec)) add_parent(spec.init.from, path);
    open_.pop_back();
    const auto [known, is_new] = names_.emplace(spec.name, path);
    if (!is_new) {
      throw Error(Origin::spec,
                  "name: '" + spec.name + "' is also the name of " + known->second.string(),
                  path.string());
    }
    places_[file] = planned_.size();
    planned_.push_back({std::move(spec)});
    return planned_.back();
  }

  [[nodiscard]] std::vector<PlannedExperiment> take() { return std::move(planned_); }

 private:
  /// "A -> B -> A", from its first one.
  [[nodiscard]] std::string circle(std::vector<fs::path>::const_iterator first) const {
    std::string text;
    for (auto file = first; file != open_.end(); ++file) text += file->stem().string() + " -> ";
    return text + first->stem().string();
  }
  /// A spec that is not there is an error of who names it.
  [[nodiscard]] Spec read(const fs::path& path, const std::string& asked_at) const {
    try {
      return read_(path);
    } catch (const Error& error) {
      if (!error.place().empty()) throw;
      throw Error(error.origin(), error.message(), asked_at);
    }
  }

  /// The file is found by its name, the weights by the name in it: they must be one.
  void add_parent(const std::string& name, const fs::path& child) {
    const fs::path path = child.parent_path() / (name + ".yaml");
    const std::string found = add(path, child.string() + ": init.from").spec.name;
    if (found == name) return;
    throw Error(Origin::spec,
                "name: is '" + found + "', but 'init.from: " + name + "' looks for it here; " +
                    "allowed: a file called as the experiment in it",
                path.string());
  }

  const ReadSpec& read_;
  std::vector<fs::path> open_;              // each started from by the one before
  std::map<fs::path, std::size_t> places_;  // of what is done, in planned_
  std::map<std::string, fs::path> names_;
  std::vector<PlannedExperiment> planned_;
};

}  // namespace

bool starts_from_an_experiment(const Spec& spec) {
  return !spec.init.from.empty() && fs::path(spec.init.from).extension() != ".h5";
}

ReadSpec reading_once(ReadSpec read) {
  const auto known = std::make_shared<std::map<fs::path, Spec>>();
  return [known, read = std::move(read)](const fs::path& path) {
    const auto found = known->find(path);
    if (found != known->end()) return found->second;
    return known->emplace(path, read(path)).first->second;
  };
}

std::vector<PlannedExperiment> plan_experiments(const std::vector<Table>& tables,
                                                const ReadSpec& read) {
  Order order(read);
  for (const Table& table : tables) {
    for (const TableRow& row : table.rows) {
      for (const CellMember& member : row.cell.members) {
        auto& wanted = order.add(member.experiment, row.place).evaluations;
        if (std::ranges::find(wanted, member.evaluation) == wanted.end()) {
          wanted.push_back(member.evaluation);
        }
      }
    }
  }
  return order.take();
}

}  // namespace vggflow
