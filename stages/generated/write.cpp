#include <algorithm>
#include <atomic>
#include <cerrno>
#include <exception>
#include <fstream>
#include <mutex>
#include <string>
#include <system_error>
#include <thread>
#include <vector>

#include "base/atomic_file.h"
#include "base/error.h"
#include "stages/generated/generated.h"

namespace vggflow {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void fail(const fs::path& path, const std::string& what, std::error_code reason) {
  throw Error(Origin::system, what + ": " + reason.message(), path.string());
}

void make_folder(const fs::path& path) {
  std::error_code failure;
  fs::create_directories(path, failure);
  if (failure) fail(path, "cannot make the folder", failure);
}

constexpr const char* kWork = ".generating";

/// What runs that were killed have left in `dir`. Error if anything else is there: leftovers are
/// removed only from a folder that holds no work of others.
std::vector<fs::path> leftovers_in(const fs::path& dir) {
  std::vector<fs::path> leftovers;
  std::error_code failure;
  if (!fs::exists(dir, failure)) return leftovers;
  fs::directory_iterator entry;
  const bool folder = fs::is_directory(dir, failure);
  if (folder) entry = fs::directory_iterator(dir, failure);
  bool filled = !folder;
  for (; !failure && entry != fs::directory_iterator(); entry.increment(failure)) {
    filled = filled || !is_leftover(entry->path().filename().string(), kWork);
    leftovers.push_back(entry->path());
  }
  if (failure) fail(dir, "cannot look into the folder", failure);
  if (filled) {
    throw Error(Origin::system, "is not empty; allowed: a new or an empty folder", dir.string());
  }
  return leftovers;
}

void clear(const fs::path& dir) {
  for (const fs::path& leftover : leftovers_in(dir)) {
    std::error_code failure;
    fs::remove_all(leftover, failure);
    if (failure) fail(leftover, "cannot remove what a killed run has left", failure);
  }
}

/// A folder beside the final ones, removed with all that is still in it.
class WorkFolder {
 public:
  explicit WorkFolder(fs::path path) : path_(std::move(path)) { make_folder(path_); }
  WorkFolder(const WorkFolder&) = delete;
  WorkFolder& operator=(const WorkFolder&) = delete;
  ~WorkFolder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  [[nodiscard]] const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

void write_file(const fs::path& path, const std::vector<std::byte>& bytes) {
  errno = 0;
  std::ofstream out(path, std::ios::binary);
  out.write(reinterpret_cast<const char*>(bytes.data()),
            static_cast<std::streamsize>(bytes.size()));
  out.close();
  if (!out) throw system_error("cannot write", path.string());
}

/// Writes all images below `to`; the first error stops every worker and is rethrown.
void write_images(const Dataset& dataset, const fs::path& to, int workers) {
  for (const std::string& name : dataset.classes()) make_folder(to / name);
  std::atomic<std::uint64_t> next = 0;
  std::exception_ptr first_error;
  std::mutex guard;  // of first_error
  const auto work = [&] {
    std::vector<std::byte> bytes;
    try {
      for (std::uint64_t id = next++; id < dataset.size(); id = next++) {
        dataset.read(id, bytes);
        write_file(to / dataset.name(id), bytes);
      }
    } catch (...) {
      next = dataset.size();
      const std::lock_guard lock(guard);
      if (!first_error) first_error = std::current_exception();
    }
  };
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < std::max(workers, 1); ++i) threads.emplace_back(work);
  }
  if (first_error) std::rethrow_exception(first_error);
}

}  // namespace

void generate_dataset(const GeneratedOptions& options, const fs::path& dir, int workers) {
  require_valid(options);
  clear(dir);
  const WorkFolder work(dir / temporary_name(kWork));
  write_images(*open_generated(options, GeneratedSplit::train), work.path() / "train", workers);
  write_images(*open_generated(options, GeneratedSplit::val), work.path() / "val", workers);
  for (const char* split : {"val", "train"}) {
    std::error_code failure;
    fs::rename(work.path() / split, dir / split, failure);
    if (failure) fail(dir / split, "cannot move the folder into place", failure);
  }
}

}  // namespace vggflow
