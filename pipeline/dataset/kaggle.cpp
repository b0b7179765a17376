#include "pipeline/dataset/kaggle.h"

#include <algorithm>

#include "base/error.h"
#include "pipeline/dataset/class_ranks.h"
#include "pipeline/dataset/text_lines.h"

namespace vggflow {
namespace {

constexpr std::string_view kImageHeader = "ImageId";
constexpr std::string_view kClassHeader = "PredictionString";

std::string_view first_word(std::string_view text) {
  return text.substr(0, text.find_first_of(kBlank));
}

/// A field of a table, which may stand in quotes; none of these holds a comma or a quote.
std::string_view field_of(std::string_view text) {
  const std::string_view field = trimmed(text);
  const bool quoted = field.size() >= 2 && field.starts_with('"') && field.ends_with('"');
  return quoted ? trimmed(field.substr(1, field.size() - 2)) : field;
}

/// "n01440764". What is none would become a class of its own and shift the labels.
bool is_wordnet_id(std::string_view text) {
  return text.size() > 1 && text.starts_with('n') &&
         text.find_first_not_of("0123456789", 1) == std::string_view::npos;
}

[[noreturn]] void fail(std::string_view line, const std::string& allowed, const std::string& place,
                       int number) {
  throw Error(Origin::data, "got '" + std::string(line.substr(0, 60)) + "'; allowed: " + allowed,
              place + ":" + std::to_string(number));
}

}  // namespace

std::vector<std::string> parse_synset_mapping(std::string_view text, const std::string& place) {
  std::vector<std::string> classes;
  for_each_line(text, [&](std::string_view line, int number) {
    classes.emplace_back(first_word(line));
    if (is_wordnet_id(classes.back())) return;
    fail(line, "CLASS WORDS ..., CLASS n and digits", place, number);
  });
  std::ranges::sort(classes);
  const auto twice = std::ranges::adjacent_find(classes);
  if (twice != classes.end()) {
    throw Error(Origin::data, "the class " + *twice + " occurs twice", place);
  }
  if (classes.empty()) throw Error(Origin::data, "names no classes", place);
  return classes;
}

std::vector<ValSolution> parse_val_solution(std::string_view text, const std::string& place) {
  std::vector<ValSolution> solution;
  for_each_line(text, [&](std::string_view line, int number) {
    const auto comma = std::min(line.find(','), line.size());
    const std::string_view image = field_of(line.substr(0, comma));
    const std::string_view boxes = field_of(line.substr(std::min(comma + 1, line.size())));
    if (number == 1 && image == kImageHeader && boxes == kClassHeader) return;
    const std::string_view wnid = first_word(boxes);
    if (image.empty() || image.find('"') != std::string_view::npos || !is_wordnet_id(wnid)) {
      fail(line,
           "IMAGE,CLASS X Y X Y ..., CLASS n and digits, after the header " +
               std::string(kImageHeader) + "," + std::string(kClassHeader),
           place, number);
    }
    solution.push_back({std::string(image), std::string(wnid)});
  });
  return solution;
}

Annotations kaggle_annotations(std::vector<std::string> classes,
                               const std::vector<ValSolution>& solution, const std::string& place) {
  if (classes.empty()) {
    for (const ValSolution& one : solution) classes.push_back(one.wnid);
    std::ranges::sort(classes);
    const auto repeated = std::ranges::unique(classes);
    classes.erase(repeated.begin(), repeated.end());
  }
  Annotations annotations{std::move(classes), {}, place};
  for (const ValSolution& one : solution) {
    const std::string where = place + ": " + one.image;
    const std::int32_t label = rank_of_class(annotations.classes, one.wnid, where);
    if (!annotations.validation.emplace(one.image, label).second) {
      throw Error(Origin::data, "occurs twice", where);
    }
  }
  return annotations;
}

}  // namespace vggflow
