#include "stages/preview/contact_sheet.h"

#include <algorithm>

#include "stages/preview/text.h"
#include "stages/resample/profile.h"

namespace vggflow {
namespace {

constexpr Rgb kPaper{24, 26, 31};
constexpr Rgb kPanel{38, 41, 48};
constexpr Rgb kFailedPanel{62, 34, 38};
constexpr Rgb kInk{232, 234, 238};
constexpr Rgb kFaintInk{150, 156, 168};
constexpr Rgb kWarningInk{255, 138, 128};
constexpr int kLeastTextCell = 192;  // px; cells from this side on have text of twice the size

int text_scale(int cell_px) { return cell_px < kLeastTextCell ? 1 : 2; }

/// Lengths that follow from the layout, px.
struct Measures {
  explicit Measures(const SheetLayout& layout)
      : scale(text_scale(layout.cell_px)),
        line(scale * kTextHeight),
        gap(scale * 6),
        heading(layout.heading.empty() ? gap : 2 * gap + line),
        pitch_x(layout.cell_px + gap),
        pitch_y(layout.cell_px + 2 * line + 2 * gap) {}
  int scale;
  int line;
  int gap;
  int heading;
  int pitch_x;  // from cell to cell
  int pitch_y;
};

void enlarge(ConstImageView from, ImageView to) {
  const int factor = to.size.width / from.size.width;
  for (int y = 0; y < to.size.height; ++y) {
    for (int x = 0; x < to.size.width; ++x) {
      std::copy_n(from.at(x / factor, y / factor), kChannels, to.at(x, y));
    }
  }
}

void shrink(ConstImageView from, ImageView to) {
  resampling_profile("pillow-bilinear")
      .resample(from, {0, 0, from.size.width, from.size.height}, {.in = from.size, .out = to.size},
                to);
}

Size fitted(Size size, int side) {
  const int longest = std::max(size.width, size.height);
  if (longest <= side) return {size.width * (side / longest), size.height * (side / longest)};
  const auto scaled = [&](int length) { return std::max(1, length * side / longest); };
  return {scaled(size.width), scaled(size.height)};
}

/// In the middle of `cell`.
void place(ConstImageView picture, ImageView cell) {
  const Size size = fitted(picture.size, cell.size.width);
  const ImageView window =
      cell.window({(cell.size.width - size.width) / 2, (cell.size.height - size.height) / 2,
                   size.width, size.height});
  if (size.width < picture.size.width || size.height < picture.size.height) {
    shrink(picture, window);
  } else {
    enlarge(picture, window);
  }
}

/// How many characters of the text make a line: whole words, unless the first is too long.
std::size_t line_length(std::string_view text, int width, int scale) {
  std::size_t fits = std::min(text.size(), static_cast<std::size_t>(width));
  while (fits > 1 && text_width(text.substr(0, fits), scale) > width) --fits;
  const std::size_t space = text.substr(0, fits).rfind(' ');
  return fits == text.size() || space == text.npos ? fits : space + 1;
}

/// The reason in as many lines as the cell has.
void explain_failure(std::string_view reason, ImageView cell, const Measures& measures) {
  fill(cell, {0, 0, cell.size.width, cell.size.height}, kFailedPanel);
  const int width = cell.size.width - 2 * measures.gap;
  int y = measures.gap;
  draw_text(cell, measures.gap, y, "failed", measures.scale, kWarningInk);
  while (!reason.empty() && y + 2 * measures.line < cell.size.height) {
    y += measures.line;
    const std::size_t length = line_length(reason, width, measures.scale);
    draw_text(cell, measures.gap, y, reason.substr(0, length), measures.scale, kInk);
    reason.remove_prefix(length);
  }
}

void draw_cell(const SheetCell& cell, ImageView sheet, int x, int y, int side,
               const Measures& measures) {
  const ImageView square = sheet.window({x, y, side, side});
  fill(square, {0, 0, side, side}, kPanel);
  if (cell.picture.size().area() > 0) {
    place(cell.picture.view(), square);
  } else {
    explain_failure(cell.failure, square, measures);
  }
  const auto label = [&](int line, const std::string& text, Rgb ink) {
    draw_text(sheet, x, y + side + measures.gap / 2 + line * measures.line,
              shortened(text, side, measures.scale), measures.scale, ink);
  };
  label(0, cell.title, kInk);
  label(1, cell.subtitle, kFaintInk);
}

}  // namespace

Size sheet_size(std::size_t cells, const SheetLayout& layout) {
  const Measures measures(layout);
  const auto rows = static_cast<int>((cells + static_cast<std::size_t>(layout.columns) - 1) /
                                     static_cast<std::size_t>(layout.columns));
  return {measures.gap + layout.columns * measures.pitch_x,
          measures.heading + rows * measures.pitch_y};
}

Image contact_sheet(const std::vector<SheetCell>& cells, const SheetLayout& layout) {
  const Measures measures(layout);
  Image sheet(sheet_size(cells.size(), layout));
  const ImageView view = sheet.view();
  fill(view, {0, 0, view.size.width, view.size.height}, kPaper);
  draw_text(view, measures.gap, measures.gap,
            shortened(layout.heading, view.size.width - 2 * measures.gap, measures.scale),
            measures.scale, kInk);
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const auto row = static_cast<int>(i) / layout.columns;
    const auto column = static_cast<int>(i) % layout.columns;
    draw_cell(cells[i], view, measures.gap + column * measures.pitch_x,
              measures.heading + row * measures.pitch_y, layout.cell_px, measures);
  }
  return sheet;
}

}  // namespace vggflow
