#include "pipeline/dataset/shard_folder.h"

#include <algorithm>
#include <string_view>
#include <system_error>

#include "base/error.h"
#include "pipeline/dataset/file_bytes.h"
#include "pipeline/dataset/folder_index.h"
#include "pipeline/dataset/text_lines.h"

namespace vggflow {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kEnding = ".tar";
constexpr const char* kClassNames = "classes.txt";

}  // namespace

std::vector<fs::path> shards_in(const fs::path& folder) {
  std::vector<std::string> names = files_in(folder);
  std::erase_if(names, [](const std::string& name) { return !name.ends_with(kEnding); });
  if (names.empty()) {
    throw Error(Origin::data, "holds no shards; expected *.tar in it", folder.string());
  }
  std::ranges::sort(names);
  std::vector<fs::path> shards;
  for (const std::string& name : names) shards.push_back(folder / name);
  return shards;
}

fs::path class_names_in(const fs::path& folder) {
  std::error_code ignored;
  const fs::path path = folder / kClassNames;
  return fs::exists(path, ignored) ? path : fs::path();
}

std::vector<std::string> read_class_names(const fs::path& path) {
  std::vector<std::string> names;
  for_each_line(read_text(path.string()), [&](std::string_view line, int number) {
    // A blank line within would shift all names behind it.
    if (names.size() + 1 != static_cast<std::size_t>(number)) {
      throw Error(Origin::data, "comes after a blank line; allowed: a class name on each line",
                  path.string() + ":" + std::to_string(number));
    }
    names.emplace_back(line);
  });
  if (names.empty()) throw Error(Origin::data, "names no classes", path.string());
  auto sorted = names;
  std::ranges::sort(sorted);
  const auto twice = std::ranges::adjacent_find(sorted);
  if (twice == sorted.end()) return names;
  throw Error(Origin::data, "the class " + *twice + " occurs twice", path.string());
}

}  // namespace vggflow
