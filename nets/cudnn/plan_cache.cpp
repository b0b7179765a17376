#include "nets/cudnn/plan_cache.h"

#include <algorithm>
#include <fstream>
#include <iterator>

#include "base/atomic_file.h"
#include "base/error.h"
#include "base/log.h"

namespace vggflow::cudnn {
namespace {

namespace fs = std::filesystem;

std::string file_name(std::string text) {
  std::replace_if(
      text.begin(), text.end(),
      [](unsigned char c) { return std::isalnum(c) == 0 && c != '.' && c != '-'; }, '_');
  return text + ".plans";
}

std::map<std::string, std::string> read(const fs::path& path) {
  std::map<std::string, std::string> ways;
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    const auto tab = line.find('\t');
    if (tab != std::string::npos) ways[line.substr(0, tab)] = line.substr(tab + 1);
  }
  return ways;
}

}  // namespace

PlanCache::PlanCache(const fs::path& folder, const std::string& card, const std::string& version) {
  if (folder.empty()) return;
  path_ = folder / file_name(card + "-" + version);
  ways_ = read(path_);
}

std::string PlanCache::find(const std::string& problem) const {
  const auto known = ways_.find(problem);
  return known == ways_.end() ? std::string() : known->second;
}

void PlanCache::add(const std::string& problem, const std::string& way) {
  ways_[problem] = way;
  if (path_.empty()) return;
  try {
    fs::create_directories(path_.parent_path());
    auto all = read(path_);  // another process may have added its own
    all[problem] = way;
    std::string text;
    for (const auto& [one, its_way] : all) text += one + "\t" + its_way + "\n";
    write_text_atomically(path_, text);
  } catch (const std::exception& error) {
    log_warning(std::string("the choice of convolutions is not kept: ") + error.what());
    path_.clear();
  }
}

}  // namespace vggflow::cudnn
