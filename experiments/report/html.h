#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/export.h"
#include "experiments/evaluation/statistics.h"

namespace vggflow {

/// Text as it may stand between tags and in quoted attributes.
[[nodiscard]] VGGFLOW_API std::string html_text(std::string_view text);

/// Where a page in the folder `from` finds a file, percent-encoded (RFC 3986) but for its slashes.
[[nodiscard]] VGGFLOW_API std::string href(const std::filesystem::path& file,
                                           const std::filesystem::path& from);
/// A link to a file, named by its path.
[[nodiscard]] std::string file_link(const std::filesystem::path& file,
                                    const std::filesystem::path& from);

/// "27.30"; "+1.20", with a real minus sign when it is negative; "26.10 to 28.50".
[[nodiscard]] VGGFLOW_API std::string two_digits(double number);
[[nodiscard]] VGGFLOW_API std::string signed_digits(double number);
[[nodiscard]] VGGFLOW_API std::string interval_text(const Interval& interval);

/// `<p class="problem">`: what could not be had, and why.
[[nodiscard]] std::string problem(std::string_view what, std::string_view why_not);

/// A bar of a share (0 to 1) of its cell.
[[nodiscard]] std::string share_bar(double share);
/// A bar from the middle of its cell: to the right, "worse", for a positive number; `most` fills
/// half the cell.
[[nodiscard]] VGGFLOW_API std::string difference_bar(double difference, double most);
/// An interval with its estimate, on a cell that spans `range`.
[[nodiscard]] VGGFLOW_API std::string interval_bar(const Interval& interval, double estimate,
                                                   const Interval& range);

struct HtmlColumn {
  enum class Kind {
    text,
    number,
    words,  ///< broken into lines between words, where the page is too narrow
    prose,  ///< broken into lines
  };
  std::string heading;  ///< text
  Kind kind = Kind::text;
  bool wide = false;  ///< left out on a telephone, where a narrow_line() of another cell tells it
};
inline constexpr HtmlColumn::Kind kNumber = HtmlColumn::Kind::number;
inline constexpr HtmlColumn::Kind kWords = HtmlColumn::Kind::words;
inline constexpr HtmlColumn::Kind kProse = HtmlColumn::Kind::prose;

/// A second line of a cell that is shown where wide columns are not; empty for an empty text.
[[nodiscard]] VGGFLOW_API std::string narrow_line(std::string_view text);

struct VGGFLOW_API HtmlCell {
  std::string html = {};
  std::optional<double> order = {};  ///< what the column is sorted by, instead of the text
  [[nodiscard]] static HtmlCell text(std::string_view text) { return {html_text(text)}; }
  /// An empty cell is sorted last.
  [[nodiscard]] static HtmlCell number(std::optional<double> number);
};

/// A table in a box that scrolls by itself where the page is too narrow. The first cell of a row is
/// its heading. page.js makes its columns sortable.
class VGGFLOW_API HtmlTable {
 public:
  HtmlTable(std::string_view caption, std::vector<HtmlColumn> columns);
  /// As many cells as there are columns.
  void add(const std::vector<HtmlCell>& cells);
  [[nodiscard]] std::string html() const;

 private:
  std::string caption_;
  std::vector<HtmlColumn> columns_;
  std::string rows_;
};

}  // namespace vggflow
