#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "base/export.h"

namespace vggflow {

/// What a line of progress says.
struct ProgressFacts {
  std::string title;
  std::uint64_t done = 0;
  std::uint64_t total = 0;
  std::string text;       ///< parts with two spaces between them
  std::string remaining;  ///< time
};

/// All of it, without a bar.
[[nodiscard]] VGGFLOW_API std::string plain_progress(const ProgressFacts& facts);

/// At most `columns` code points: "title  [=====>    ]  done/total  text  ETA remaining". Left out
/// as the line gets narrower: the parts of the text, from the last; the bar; the remaining time;
/// the end of the title, then all of it; and in the end the count, which is never cut.
[[nodiscard]] VGGFLOW_API std::string progress_line(const ProgressFacts& facts,
                                                    std::size_t columns);

}  // namespace vggflow
