// list: a text file of lines `path label`.
#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "base/error.h"
#include "pipeline/dataset/file_bytes.h"
#include "pipeline/dataset/indexed.h"
#include "pipeline/dataset/list_index.h"

namespace vggflow {
namespace {

namespace fs = std::filesystem;

class ListDataset final : public IndexedDataset {
 public:
  ListDataset(fs::path list, fs::path root, Index index)
      : IndexedDataset("list", std::move(list), std::move(index)), root_(std::move(root)) {}

  void read(std::uint64_t id, std::vector<std::byte>& buffer) const override {
    read_file(root_, name(id), buffer);
  }

 private:
  fs::path root_;  // of relative paths
};

constexpr ParamSpec kList{.key = "list", .doc = "the file of lines PATH LABEL"};
constexpr ParamSpec kRoot{.key = "root", .doc = "where the list's relative paths start"};
constexpr ParamSpec kClasses{.key = "classes",
                             .doc = "number of classes; a list may then leave some empty",
                             .min = 1,
                             .max = 1 << 24};

std::unique_ptr<Dataset> open_list(Params& params, const SourcePlace& place) {
  const fs::path list = (place.base / params.text(kList)).lexically_normal();
  const fs::path root =
      params.has(kRoot.key) ? place.base / params.text(kRoot) : list.parent_path();
  std::optional<std::int32_t> classes;
  if (params.has(kClasses.key)) classes = static_cast<std::int32_t>(params.integer(kClasses));
  std::ifstream in(list);
  if (!in) throw system_error("cannot open", list.string());
  return std::make_unique<ListDataset>(list, root, index_list(in, list.string(), classes));
}

const SourceRegistration kRegistration{
    {.key = "list",
     .doc = "a text file of lines PATH LABEL; paths start at `root`, by default the list's folder",
     .also = {kRoot.key, kClasses.key},
     .open = open_list}};

}  // namespace
}  // namespace vggflow
