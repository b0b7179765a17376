#include "experiments/tables/reproduce.h"

#include <algorithm>
#include <cstdio>
#include <fstream>

#include "base/error.h"
#include "base/log.h"
#include "experiments/command/command.h"
#include "experiments/command/stop_on_signal.h"
#include "experiments/run/provenance.h"
#include "experiments/tables/dry_run.h"
#include "experiments/tables/render/write_table.h"

namespace vggflow {
namespace {

namespace fs = std::filesystem;

struct Arguments {
  SpecFlags spec;
  std::vector<std::string> tables;
  std::string rows;
  bool some_rows = false;
  bool dry_run = false;
  RunOptions run;
};

/// A word as a shell takes it for itself.
std::string shell_word(const std::string& word) {
  const std::string plain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+=./:,%@";
  if (!word.empty() && word.find_first_not_of(plain) == std::string::npos) return word;
  std::string safe = "'";
  for (const char c : word) safe += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return safe + "'";
}

/// This very command line.
std::string command_line() {
  std::ifstream words("/proc/self/cmdline", std::ios::binary);
  std::string word;
  std::getline(words, word, '\0');  // the program's path
  std::string line = "vggflow";
  while (std::getline(words, word, '\0')) line += " " + shell_word(word);
  return line;
}

std::vector<Table> read_tables(const Arguments& arguments) {
  if (arguments.some_rows && arguments.tables.size() > 1) {
    throw Error(Origin::usage, "--rows: selects rows of one TABLE; got " +
                                   std::to_string(arguments.tables.size()) + " tables");
  }
  std::vector<Table> tables;
  for (const fs::path path : arguments.tables) {
    for (const Table& other : tables) {
      if (other.name != path.stem()) continue;
      throw Error(Origin::usage, "two tables are called '" + other.name +
                                     "'; their files in OUT/tables would be the same");
    }
    tables.push_back(read_table(read_yaml(path), path));
    if (arguments.some_rows) {
      select_rows(tables.back(), arguments.rows);
      tables.back().name += "-rows";  // the files of the whole table stay
    }
  }
  return tables;
}

void print(const std::vector<Failure>& failures) {
  if (failures.empty()) return;
  std::printf("\nFailed:\n");
  for (const Failure& failure : failures) {
    std::printf("  %s: %s\n", failure.what.c_str(), failure.reason.c_str());
  }
}

bool is_whole(const Table& table) {
  return std::ranges::all_of(
      table.rows, [](const TableRow& row) { return row.measured || row.cell.members.empty(); });
}

void run(Arguments& arguments) {
  set_quiet(arguments.run.quiet);
  const StopOnSignal signal;
  arguments.run.stop = &signal.flag();
  const ReadSpec read =
      reading_once([&](const fs::path& path) { return arguments.spec.read(path); });
  std::vector<Table> tables = read_tables(arguments);
  // What is wrong with a table shows before anything is run.
  for (Table& table : tables) describe(table, read);
  const std::vector<PlannedExperiment> plan = plan_experiments(tables, read);

  if (arguments.dry_run) {
    std::fputs(dry_run(tables, plan, read, arguments.run).c_str(), stdout);
    return;
  }
  const std::vector<Failure> failures = reproduce(tables, plan, read, arguments.run);
  const TableMaking making{utc_now(), command_line()};
  bool whole = true;
  for (const Table& table : tables) {
    std::fputs(("\n" + to_text(table)).c_str(), stdout);
    const fs::path file = write_table(arguments.run.out, table, making);
    std::printf("\nTable:   %s (.csv, .tex, .html, .json)\n", file.c_str());
    whole = whole && is_whole(table);
  }
  print(failures);
  if (whole) return;
  throw Error(Origin::data, "not every row was measured; the table says why",
              joined(arguments.tables, ", "));
}

}  // namespace

void add_reproduce(CLI::App& program) {
  const auto arguments = std::make_shared<Arguments>();
  CLI::App& command = *program.add_subcommand(
      "reproduce", "run the experiments of tables and set measured errors beside published ones");
  command.add_option("TABLE", arguments->tables, "table specs, YAML files")->required();
  arguments->spec.add_edits_to(command);
  const CLI::Option* rows = command.add_option(
      "--rows", arguments->rows, "of one TABLE: numbers (\"1,3-5\") or names, separated by commas");
  command.add_flag("--dry-run", arguments->dry_run,
                   "print what would be done, with estimated time and disk; write nothing");
  add_run_options(command, arguments->run);
  add_fresh(command, arguments->run);
  add_tensorboard(command, arguments->run);
  command.callback([arguments, rows] {
    arguments->some_rows = rows->count() > 0;  // `--rows ''` is a mistake
    run(*arguments);
  });
}

}  // namespace vggflow
