// list: a text file of lines `path label`.
#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "pipeline/dataset/file_bytes.h"
#include "pipeline/dataset/indexed.h"

namespace vggflow {
namespace {

namespace fs = std::filesystem;

class ListDataset final : public IndexedDataset {
 public:
  ListDataset(fs::path list, fs::path root, Index index)
      : IndexedDataset("list", std::move(list), std::move(index)), root_(std::move(root)) {}

  void read(std::uint64_t id, std::vector<std::byte>& buffer) const override {
    read_file((root_ / name(id)).string(), buffer);
  }

 private:
  fs::path root_;  // of relative paths
};

struct Line {
  std::string_view path;  // may hold spaces
  std::int32_t label;
};

constexpr std::string_view kBlank = " \t\r";

std::string_view trimmed_end(std::string_view text) {
  return text.substr(0, text.find_last_not_of(kBlank) + 1);
}

std::string_view trimmed(std::string_view text) {
  return trimmed_end(text.substr(std::min(text.find_first_not_of(kBlank), text.size())));
}

/// "some path.jpg 12"; nothing for a line of another form.
std::optional<Line> parsed_line(std::string_view text) {
  const auto space = text.find_last_of(kBlank);
  if (space == std::string_view::npos) return std::nullopt;
  const std::string_view digits = text.substr(space + 1);
  Line line{trimmed_end(text.substr(0, space)), 0};
  const auto [end, failure] =
      std::from_chars(digits.data(), digits.data() + digits.size(), line.label);
  const bool whole = failure == std::errc{} && end == digits.data() + digits.size();
  if (!whole || line.label < 0 || line.path.empty()) return std::nullopt;
  return line;
}

class ListReader {
 public:
  /// `classes`: how many there are; none: as many as the labels say.
  ListReader(const fs::path& list, std::optional<std::int32_t> classes)
      : list_(list), classes_(classes) {}

  Index run() {
    std::ifstream in(list_);
    if (!in) throw system_error("cannot open", list_.string());
    std::string text;
    for (int number = 1; std::getline(in, text); ++number) add(trimmed(text), number);
    if (in.bad() || !in.eof()) throw system_error("cannot read", list_.string());
    if (first_line_.empty()) throw Error(Origin::data, "lists no images", list_.string());
    if (!classes_) refuse_gaps();
    return std::move(builder_).build(class_names());
  }

 private:
  void add(std::string_view text, int number) {
    if (text.empty()) return;
    const std::optional<Line> line = parsed_line(text);
    if (!line) {
      fail(number, "got '" + std::string(text) + "'; allowed: PATH LABEL, the label a whole " +
                       "number from 0");
    }
    if (classes_ && line->label >= *classes_) {
      fail(number, "label " + std::to_string(line->label) + " is outside the classes; allowed: 0 " +
                       "to " + std::to_string(*classes_ - 1));
    }
    first_line_.try_emplace(line->label, number);
    builder_.add_labelled(line->path, line->label);
  }

  void refuse_gaps() const {
    std::int32_t expected = 0;
    for (const auto& [label, number] : first_line_) {
      if (label != expected) {
        fail(number, "label " + std::to_string(label) + " leaves class " +
                         std::to_string(expected) + " empty; labels must be 0 ... n-1, each with " +
                         "an image, unless the key 'classes' gives n");
      }
      ++expected;
    }
  }

  std::vector<std::string> class_names() const {
    const std::int32_t count = classes_.value_or(static_cast<std::int32_t>(first_line_.size()));
    std::vector<std::string> names;
    for (std::int32_t label = 0; label < count; ++label) names.push_back(std::to_string(label));
    return names;
  }

  [[noreturn]] void fail(int line, const std::string& message) const {
    throw Error(Origin::data, message, list_.string() + ":" + std::to_string(line));
  }

  fs::path list_;
  std::optional<std::int32_t> classes_;
  std::map<std::int32_t, int> first_line_;  // label -> line that first gave it
  IndexBuilder builder_;
};

constexpr ParamSpec kList{.key = "list", .doc = "the file of lines PATH LABEL"};
constexpr ParamSpec kRoot{.key = "root", .doc = "where the list's relative paths start"};
constexpr ParamSpec kClasses{.key = "classes",
                             .doc = "number of classes; a list may then leave some empty",
                             .min = 1,
                             .max = 1 << 24};

std::unique_ptr<Dataset> open_list(Params& params, const fs::path& base) {
  const fs::path list = (base / params.text(kList)).lexically_normal();
  const fs::path root = params.has(kRoot.key) ? base / params.text(kRoot) : list.parent_path();
  std::optional<std::int32_t> classes;
  if (params.has(kClasses.key)) classes = static_cast<std::int32_t>(params.integer(kClasses));
  return std::make_unique<ListDataset>(list, root, ListReader(list, classes).run());
}

const SourceRegistration kRegistration{
    {.key = "list",
     .doc = "a text file of lines PATH LABEL; paths start at `root`, by default the list's folder",
     .also = {kRoot.key, kClasses.key},
     .open = open_list}};

}  // namespace
}  // namespace vggflow
