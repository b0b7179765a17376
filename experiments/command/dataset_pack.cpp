#include <cstdio>

#include "base/error.h"
#include "base/log.h"
#include "experiments/command/dataset_flags.h"
#include "stages/dataset/pack.h"

namespace vggflow {
namespace {

struct Arguments {
  DatasetFlags flags;
  std::string folder;
  PackOptions options;
  int short_side = 0;
  int quality = 0;
};

void report(const PackedDataset& packed, const Dataset& dataset, const std::string& folder) {
  const std::string dropped = std::to_string(packed.dropped_in_all) + " images dropped in all";
  if (packed.dropped_in_all == dataset.size()) {
    throw Error(Origin::data, "the shards hold no image: " + dropped + ", as dropped.txt says",
                folder);
  }
  for (const std::string& name : packed.emptied_classes) {
    log_warning("no image of class " + name +
                " is left; shards that are named one by one need `classes: " +
                std::to_string(dataset.classes().size()) + "` to be read");
  }
  std::printf("%s: %llu shards of %s, %llu of them made now, %s\n", folder.c_str(),
              static_cast<unsigned long long>(packed.shards), dataset.description().c_str(),
              static_cast<unsigned long long>(packed.shards_made), dropped.c_str());
  std::printf("source: {webdataset: %s}\n", folder.c_str());
}

void pack(const Arguments& arguments) {
  PackOptions options = arguments.options;
  if (arguments.short_side > 0) options.short_side = arguments.short_side;
  if (arguments.quality > 0) options.quality = arguments.quality;
  const auto dataset = arguments.flags.open();
  PackedDataset packed;
  {
    DatasetPass pass(arguments.flags, "packing");
    packed = pack_dataset(*dataset, arguments.folder, options, pass.options());
  }
  for (const FailedSample& image : packed.dropped) {
    log_warning("dropped: " + image.name + ": " + image.reason);
  }
  if (packed.stopped) {
    throw Error(Origin::stopped, "stopped by a signal; the same command goes on from here",
                arguments.folder);
  }
  report(packed, *dataset, arguments.folder);
}

}  // namespace

void add_dataset_pack(CLI::App& dataset) {
  const auto arguments = std::make_shared<Arguments>();
  CLI::App& command = *dataset.add_subcommand(
      "pack",
      "write a source as WebDataset shards, DIR/shard-000000.tar ...; goes on where it was");
  arguments->flags.add_to(command);
  command.add_option("DIR", arguments->folder, "a new folder, or one that was packed before")
      ->required();
  command.add_option("--shard-size", arguments->options.shard_images, "images in a shard")
      ->check(CLI::Range(1, 1 << 24))
      ->capture_default_str();
  add_shrinking(command, arguments->short_side, "shrink larger pictures to it (none is enlarged)",
                arguments->options.profile);
  command
      .add_option("--quality", arguments->quality,
                  "of JPEG: encode all images anew (default: those that are shrunk, at 90)")
      ->check(CLI::Range(1, 100));
  command.callback([arguments] { pack(*arguments); });
}

}  // namespace vggflow
