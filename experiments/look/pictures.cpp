#include "experiments/look/pictures.h"

#include "base/atomic_file.h"
#include "experiments/look/curves.h"
#include "experiments/look/filters.h"
#include "stages/codec/encode_png.h"

namespace vggflow {

namespace fs = std::filesystem;

fs::path draw_curves(const fs::path& folder, const TrainingHistory& history) {
  const fs::path file = folder / "curves.svg";
  write_text_atomically(file,
                        curves_svg(fs::weakly_canonical(folder).filename().string(), history));
  return file;
}

fs::path draw_filters(const fs::path& folder) {
  const Image sheet = filter_sheet(load_first_filters(folder / "weights.h5"));
  const std::vector<std::byte> png = encode_png(sheet.view());
  const fs::path file = folder / "filters.png";
  write_text_atomically(file, {reinterpret_cast<const char*>(png.data()), png.size()});
  return file;
}

}  // namespace vggflow
