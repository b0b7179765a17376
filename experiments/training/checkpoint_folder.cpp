#include "experiments/training/checkpoint_folder.h"

#include <algorithm>
#include <charconv>
#include <cstdio>

#include "base/error.h"
#include "base/log.h"

namespace vggflow {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kEnding = ".h5";

/// The iteration that a file name tells; none of a name that save() does not give.
std::optional<std::uint64_t> iteration_of(const std::string& name) {
  std::uint64_t iteration = 0;
  const char* last = name.data() + name.size();
  const auto [end, failure] = std::from_chars(name.data(), last, iteration);
  if (failure != std::errc{} || std::string_view(end, last) != kEnding) return std::nullopt;
  return iteration;
}

/// "000000120.h5.tmp4711": nobody else writes here, so its writer is no more.
bool is_half_written(const std::string& name) {
  return name.find(std::string(kEnding) + ".tmp") != std::string::npos;
}

std::vector<std::string> names_in(const fs::path& folder) {
  std::vector<std::string> names;
  std::error_code failure;
  fs::directory_iterator entry(folder, failure);
  for (; !failure && entry != fs::directory_iterator(); entry.increment(failure)) {
    names.push_back(entry->path().filename().string());
  }
  return names;
}

}  // namespace

fs::path CheckpointFolder::path(std::uint64_t iteration) const {
  char name[32];
  std::snprintf(name, sizeof name, "%09llu.h5", static_cast<unsigned long long>(iteration));
  return folder_ / name;
}

std::vector<std::uint64_t> CheckpointFolder::iterations() const {
  std::vector<std::uint64_t> found;
  for (const std::string& name : names_in(folder_)) {
    if (const auto iteration = iteration_of(name)) found.push_back(*iteration);
  }
  std::ranges::sort(found);
  return found;
}

void CheckpointFolder::save(const TrainingState& state, const Engine& engine) {
  save_checkpoint(path(state.iteration), state, engine);
  tidy(state.iteration);
}

// What cannot be removed is tried again the next time.
void CheckpointFolder::tidy(std::uint64_t newest) const {
  std::error_code ignored;
  for (const std::string& name : names_in(folder_)) {
    if (is_half_written(name)) fs::remove(folder_ / name, ignored);
  }
  std::vector<std::uint64_t> there = iterations();
  while (!there.empty() && there.back() > newest) {
    fs::remove(path(there.back()), ignored);
    there.pop_back();
  }
  const auto last_regular = std::find_if(there.rbegin(), there.rend(), regular_);
  for (std::size_t i = 0; i + static_cast<std::size_t>(keep_) < there.size(); ++i) {
    if (last_regular == there.rend() || there[i] != *last_regular) {
      fs::remove(path(there[i]), ignored);
    }
  }
}

std::optional<Checkpoint> CheckpointFolder::last() const {
  return last_of([](std::uint64_t) { return true; });
}

std::optional<Checkpoint> CheckpointFolder::last_regular() const { return last_of(regular_); }

std::optional<Checkpoint> CheckpointFolder::last_of(
    const std::function<bool(std::uint64_t)>& wanted) const {
  std::vector<std::uint64_t> there = iterations();
  for (; !there.empty(); there.pop_back()) {
    if (!wanted(there.back())) continue;
    try {
      return load_checkpoint(path(there.back()));
    } catch (const Error& error) {
      if (error.origin() != Origin::data) throw;
      log_warning(error.what());
    }
  }
  return std::nullopt;
}

}  // namespace vggflow
