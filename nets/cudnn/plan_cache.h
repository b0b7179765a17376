#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "base/export.h"

namespace vggflow::cudnn {

/// Which way of computing a convolution was fastest on a card, kept from run to run: one text file
/// for each card and version of cuDNN, a line "problem<TAB>way" each. What cannot be read is as
/// good as not there; what cannot be written costs another timing.
class VGGFLOW_API PlanCache {
 public:
  /// In `folder`, made when first written to; without one nothing outlives the process. `card` and
  /// `version` name the file.
  PlanCache(const std::filesystem::path& folder, const std::string& card,
            const std::string& version);

  /// The way's name; empty where nothing is known.
  [[nodiscard]] std::string find(const std::string& problem) const;
  void add(const std::string& problem, const std::string& way);
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
  std::map<std::string, std::string> ways_;
};

}  // namespace vggflow::cudnn
