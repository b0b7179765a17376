#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <string_view>

#include "base/export.h"
#include "pipeline/dataset.h"

namespace vggflow {

/// The keys under which images stand in WebDataset shards: "CLASS/FILE" without the ending of the
/// file, so that "n01440764/n01440764_10026" leads back to n01440764_10026.JPEG.
///
/// A reader takes all up to the first dot of the last part for the key, so what would be misread is
/// written as in URLs: in FILE '.' as %2E, '/' (a path of a list) as %2F; in both '%' as %25 and
/// control characters; in CLASS '/', and a dot that leads. Where the name without its ending is
/// that of another image of the class, the ending stays: "c/x%2Ejpg" and "c/x%2Epng". Where a list
/// has both "1/x.jpg" and "x.jpg" of class 1, FILE is the whole path in all of that class. So keys
/// are distinct, and functions of the names alone.
class VGGFLOW_API SampleKeys {
 public:
  /// `dataset` outlives it. Error (data) for an image that occurs twice, as a list may have it.
  explicit SampleKeys(const Dataset& dataset);
  [[nodiscard]] std::string operator[](std::uint64_t id) const;

 private:
  void find_ambiguous(std::uint64_t begin, std::uint64_t end);  // images of one class
  /// Whether file_of() is the same for two of them. Error (data) if name() is.
  [[nodiscard]] bool share_a_file(std::uint64_t begin, std::uint64_t end) const;
  [[nodiscard]] std::string_view class_of(std::uint64_t id) const;
  [[nodiscard]] std::string_view file_of(std::uint64_t id) const;
  const Dataset& dataset_;
  std::set<std::int32_t> whole_;       // labels: file_of() is name()
  std::set<std::uint64_t> ambiguous_;  // those that keep their ending
};

}  // namespace vggflow
