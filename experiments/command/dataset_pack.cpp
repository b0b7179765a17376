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
  std::printf("%s: %llu shards of %s, %llu of them made now, %zu images dropped in these\n",
              arguments.folder.c_str(), static_cast<unsigned long long>(packed.shards),
              dataset->description().c_str(), static_cast<unsigned long long>(packed.shards_made),
              packed.dropped.size());
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
  command
      .add_option("--short-side", arguments->short_side,
                  "px; shrink larger pictures to it (none is enlarged)")
      ->check(CLI::Range(1, 65500));
  command
      .add_option("--quality", arguments->quality,
                  "of JPEG: encode all images anew (default: those that are shrunk, at 90)")
      ->check(CLI::Range(1, 100));
  command.add_option("--profile", arguments->options.profile, "how pictures are shrunk")
      ->check(CLI::IsMember(resampling_profiles()))
      ->capture_default_str();
  command.callback([arguments] { pack(*arguments); });
}

}  // namespace vggflow
