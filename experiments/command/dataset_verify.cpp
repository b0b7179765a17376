#include <cstdio>
#include <nlohmann/json.hpp>

#include "base/atomic_file.h"
#include "base/error.h"
#include "experiments/command/dataset_flags.h"
#include "stages/dataset/verify.h"

namespace vggflow {
namespace {

std::string to_json(const Dataset& dataset, const VerifiedDataset& verified) {
  nlohmann::ordered_json json = {{"source", dataset.description()},
                                 {"images", verified.images},
                                 {"failed", nlohmann::ordered_json::array()}};
  for (const FailedSample& image : verified.failed) {
    json["failed"].push_back({{"id", image.id}, {"name", image.name}, {"reason", image.reason}});
  }
  // A name is bytes; those that are no UTF-8 are shown as U+FFFD.
  return json.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

void verify(const DatasetFlags& flags, const std::string& json) {
  const auto dataset = flags.open();
  VerifiedDataset verified;
  {
    DatasetPass pass(flags, "verifying");
    verified = verify_dataset(*dataset, pass.options());
  }
  for (const FailedSample& image : verified.failed) {
    std::printf("%s: %s\n", image.name.c_str(), image.reason.c_str());
  }
  const std::string seen = std::to_string(verified.images) + " images";
  const std::string failed = std::to_string(verified.failed.size()) + " failed";
  if (verified.images < dataset->size()) {
    throw Error(Origin::stopped, "stopped by a signal after " + seen + ", " + failed,
                dataset->description());
  }
  if (!json.empty()) write_text_atomically(json, to_json(*dataset, verified));
  std::printf("%s: %s\n", dataset->description().c_str(), failed.c_str());
  if (verified.failed.empty()) return;
  std::fflush(stdout);
  throw Error(Origin::data, failed + " of " + seen, dataset->description());
}

}  // namespace

void add_dataset_verify(CLI::App& dataset) {
  struct Arguments {
    DatasetFlags flags;
    std::string json;
  };
  const auto arguments = std::make_shared<Arguments>();
  CLI::App& command = *dataset.add_subcommand(
      "verify", "decode every image whole; list those that fail and why (then the exit code is 1)");
  arguments->flags.add_to(command);
  command.add_option("--json", arguments->json, "write the list to this file as well");
  command.callback([arguments] { verify(arguments->flags, arguments->json); });
}

}  // namespace vggflow
