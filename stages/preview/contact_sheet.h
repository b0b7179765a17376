#pragma once

#include <string>
#include <vector>

#include "base/export.h"
#include "base/image.h"

namespace vggflow {

/// One picture of a sheet and what stands below it.
struct SheetCell {
  Image picture;         ///< of any size; empty: there is none
  std::string title;     ///< the class, or the epoch
  std::string subtitle;  ///< the file
  std::string failure;   ///< why there is no picture; stands in its place
};

struct SheetLayout {
  std::string heading;
  int columns = 1;
  int cell_px = 0;  ///< side of the square that holds a picture
};

/// Size of the sheet of so many cells, px.
[[nodiscard]] VGGFLOW_API Size sheet_size(std::size_t cells, const SheetLayout& layout);

/// Labelled pictures in rows, under a heading. A picture larger than its cell is shrunk
/// (`pillow-bilinear`), one that fits is enlarged by the largest whole factor, so that its own
/// pixels are seen. Texts that do not fit are shortened in the middle.
[[nodiscard]] VGGFLOW_API Image contact_sheet(const std::vector<SheetCell>& cells,
                                              const SheetLayout& layout);

}  // namespace vggflow
