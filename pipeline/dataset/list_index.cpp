#include "pipeline/dataset/list_index.h"

#include <map>
#include <string_view>
#include <utility>

#include "base/error.h"
#include "pipeline/dataset/label_text.h"

namespace vggflow {
namespace {

struct Line {
  std::string_view path;  // may hold spaces
  std::int32_t label;
};

/// "some path.jpg 12"; nothing for a line of another form.
std::optional<Line> parsed_line(std::string_view text) {
  const auto space = text.find_last_of(kBlank);
  if (space == std::string_view::npos) return std::nullopt;
  const std::string_view path = trimmed_end(text.substr(0, space));
  const std::optional<std::int32_t> label = parsed_label(text.substr(space + 1));
  if (!label || path.empty()) return std::nullopt;
  return Line{path, *label};
}

class ListReader {
 public:
  /// `classes`: how many there are; none: as many as the labels say.
  ListReader(const std::string& place, std::optional<std::int32_t> classes)
      : place_(place), classes_(classes) {}

  Index run(std::istream& in) {
    std::string text;
    for (int number = 1; std::getline(in, text); ++number) add(trimmed(text), number);
    if (in.bad() || !in.eof()) throw system_error("cannot read", place_);
    if (first_line_.empty()) throw Error(Origin::data, "lists no images", place_);
    if (!classes_) refuse_gaps();
    const auto count = static_cast<std::int32_t>(first_line_.size());
    return std::move(builder_).build(numbered_classes(classes_.value_or(count)));
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

  [[noreturn]] void fail(int line, const std::string& message) const {
    throw Error(Origin::data, message, place_ + ":" + std::to_string(line));
  }

  std::string place_;
  std::optional<std::int32_t> classes_;
  std::map<std::int32_t, int> first_line_;  // label -> line that first gave it
  IndexBuilder builder_;
};

}  // namespace

Index index_list(std::istream& in, const std::string& place, std::optional<std::int32_t> classes) {
  return ListReader(place, classes).run(in);
}

}  // namespace vggflow
