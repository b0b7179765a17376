#include "experiments/look/preview.h"

#include <cstdio>

#include "base/atomic_file.h"
#include "experiments/command/command.h"
#include "stages/codec/encode_png.h"

namespace vggflow {

void add_preview(CLI::App& program) {
  struct Arguments {
    SpecFlags spec;
    PreviewOptions sheet;
    std::string cache;
    std::string file = "preview.png";
  };
  const auto arguments = std::make_shared<Arguments>();
  PreviewOptions& sheet = arguments->sheet;
  CLI::App& command = *program.add_subcommand(
      "preview", "draw what the training stages make of images, on a labelled sheet");
  arguments->spec.add_to(command);
  command.add_option("--data", sheet.data, "where relative paths of `data:` start")
      ->capture_default_str();
  add_cache(command, arguments->cache);
  CLI::Option* images = command
                            .add_option("-n", sheet.images,
                                        "how many images, the first of epoch 0 (with --epochs: 4)")
                            ->check(CLI::Range(1, 4096))
                            ->capture_default_str();
  command.add_option("--id", sheet.ids, "this image instead; may be repeated")
      ->allow_extra_args(false)
      ->take_all()
      ->excludes(images);
  CLI::Option* epochs =
      command.add_option("--epochs", sheet.epochs, "a row for each image, a column for each epoch")
          ->check(CLI::Range(1, 256));
  command
      .add_option("--cell", sheet.cell_px, "side of a picture on the sheet, px (default: its own)")
      ->check(CLI::Range(16, 4096));
  command.add_option("-o", arguments->file, "the sheet, a PNG")->capture_default_str();
  command.callback([arguments, images, epochs] {
    PreviewOptions& wanted = arguments->sheet;
    wanted.cache = arguments->cache;
    if (epochs->count() > 0 && images->count() == 0) wanted.images = 4;
    const Image drawn = preview(arguments->spec.read(), wanted);
    const std::vector<std::byte> png = encode_png(drawn.view());
    write_text_atomically(arguments->file, {reinterpret_cast<const char*>(png.data()), png.size()});
    std::printf("%s: %s px\n", arguments->file.c_str(), to_string(drawn.size()).c_str());
  });
}

}  // namespace vggflow
