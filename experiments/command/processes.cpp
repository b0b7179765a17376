#include "experiments/command/processes.h"

#include <cstdio>

#include "base/error.h"
#include "base/log.h"
#include "nets/comm/connect.h"
#include "nets/comm/launch.h"

namespace vggflow {
namespace {

[[noreturn]] void end(Communicator& all, const Error& error) {
  if (!all.all_end()) {
    std::fprintf(stderr, "vggflow: rank %d of %d: %s\n", all.rank(), all.size(), error.what());
    all.abort(error.exit_code());
  }
  if (all.rank() == 0) throw Error(error);
  throw ToldByAnother{error.exit_code()};
}

}  // namespace

void with_all_processes(const std::function<void(const std::shared_ptr<Communicator>& all)>& work) {
  const auto all = connect();
  if (all->size() == 1) return work(all);
  if (all->rank() > 0) leave_messages_to_another();
  try {
    work(all);
    all->barrier();
  } catch (const Error& error) {
    end(*all, error);
  } catch (const std::exception& error) {
    end(*all, Error(Origin::system, error.what()));
  }
}

void refuse_several_processes(CLI::App& command) {
  command.preparse_callback([&command](std::size_t /*words*/) {
    const Launch launched = launch();
    if (launched.size == 1) return;
    throw Error(Origin::usage, command.get_name() + " is the work of one process; " +
                                   launched.launcher + " started " + std::to_string(launched.size) +
                                   "; allowed: run");
  });
}

bool speaks_for_all() { return launch().rank == 0; }

}  // namespace vggflow
