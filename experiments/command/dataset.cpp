#include <cstdio>

#include "base/error.h"
#include "experiments/command/command.h"
#include "experiments/command/dataset_flags.h"
#include "experiments/command/per_class.h"
#include "experiments/run/machine.h"
#include "experiments/spec/yaml.h"
#include "pipeline/dataset.h"
#include "stages/generated/generated.h"

namespace vggflow {
namespace {

void add_generate(CLI::App& dataset) {
  struct Arguments {
    GeneratedOptions set;
    std::string folder;
  };
  const auto arguments = std::make_shared<Arguments>();
  GeneratedOptions& set = arguments->set;
  set = {.classes = 10, .images = 200, .val_images = 50};
  const auto train = std::make_shared<int>(2000);
  const auto val = std::make_shared<int>(500);
  CLI::App& command = *dataset.add_subcommand(
      "generate", "draw a synthetic set of JPEGs: DIR/train/CLASS/*.jpg and DIR/val/...");
  command.add_option("DIR", arguments->folder, "a folder that is empty or not there")->required();
  command.add_option("--classes", set.classes, "how many")->capture_default_str();
  command.add_option("--train", *train, "training images, of all classes together")
      ->capture_default_str();
  command.add_option("--val", *val, "validation images, likewise")->capture_default_str();
  command.add_option("--seed", set.seed, "another seed, other images")->capture_default_str();
  command.add_option("--min-side", set.min_side, "least side, px")->capture_default_str();
  command.add_option("--max-side", set.max_side, "greatest side, px")->capture_default_str();
  command.callback([arguments, train, val] {
    arguments->set.images = images_per_class("--train", *train, arguments->set.classes);
    arguments->set.val_images = images_per_class("--val", *val, arguments->set.classes);
    generate_dataset(arguments->set, arguments->folder, hardware_threads());
    std::printf("%s: %d classes, %d training and %d validation images each\n",
                arguments->folder.c_str(), arguments->set.classes, arguments->set.images,
                arguments->set.val_images);
  });
}

void print_index(const Dataset& dataset) {
  std::vector<std::size_t> counts(dataset.classes().size());
  for (std::uint64_t id = 0; id < dataset.size(); ++id) {
    ++counts[static_cast<std::size_t>(dataset.label(id))];
  }
  std::printf("%s\n", dataset.description().c_str());
  for (std::size_t label = 0; label < counts.size(); ++label) {
    std::printf("%6zu  %-24s %8zu images\n", label, dataset.classes()[label].c_str(),
                counts[label]);
  }
}

void add_index(CLI::App& dataset) {
  struct Arguments {
    std::string source;
    std::string data = ".";
    std::string cache;
  };
  const auto arguments = std::make_shared<Arguments>();
  CLI::App& command = *dataset.add_subcommand("index", "list the classes of a source of images");
  command.add_option("SOURCE", arguments->source, "as in a spec: '{tar: train.tar}'")->required();
  command.add_option("--data", arguments->data, "where relative paths start")
      ->capture_default_str();
  add_cache(command, arguments->cache);
  command.callback([arguments] {
    const Value source = parse_yaml(arguments->source, "SOURCE");
    print_index(*open_dataset(Params(source, "SOURCE"), arguments->data, arguments->cache));
  });
}

}  // namespace

void add_dataset(CLI::App& program) {
  CLI::App& dataset = *program.add_subcommand("dataset", "make or look at sources of images");
  dataset.require_subcommand(1);
  add_generate(dataset);
  add_index(dataset);
  add_dataset_verify(dataset);
  add_dataset_stats(dataset);
  add_dataset_pack(dataset);
}

}  // namespace vggflow
