#include "pipeline/dataset/kaggle.h"

#include <algorithm>

#include "base/error.h"
#include "pipeline/dataset/class_ranks.h"
#include "pipeline/dataset/text_lines.h"

namespace vggflow {
namespace {

constexpr std::string_view kHeader = "ImageId,PredictionString";

std::string_view first_word(std::string_view text) {
  return text.substr(0, text.find_first_of(kBlank));
}

}  // namespace

std::vector<std::string> parse_synset_mapping(std::string_view text, const std::string& place) {
  std::vector<std::string> classes;
  for_each_line(text, [&](std::string_view line, int) { classes.emplace_back(first_word(line)); });
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
    if (number == 1 && line == kHeader) return;
    const auto comma = line.find(',');
    const std::string_view image = trimmed(line.substr(0, comma));
    const std::string_view wnid =
        comma == std::string_view::npos ? "" : first_word(trimmed(line.substr(comma + 1)));
    if (image.empty() || wnid.empty()) {
      throw Error(Origin::data,
                  "got '" + std::string(line.substr(0, 60)) +
                      "'; allowed: IMAGE,CLASS X Y X Y ..., after the header " +
                      std::string(kHeader),
                  place + ":" + std::to_string(number));
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
