#include "pipeline/dataset/devkit.h"

#include <algorithm>
#include <cstdio>
#include <optional>

#include "base/error.h"
#include "pipeline/dataset/class_ranks.h"
#include "pipeline/dataset/text_lines.h"

namespace vggflow {
namespace {

std::string place_of(const std::string& place, std::size_t line) {
  return place + ":" + std::to_string(line);
}

std::string image_name(std::size_t number) {
  char name[48];
  std::snprintf(name, sizeof name, "ILSVRC2012_val_%08zu", number);
  return name;
}

}  // namespace

std::vector<std::int32_t> parse_ground_truth(std::string_view text, const std::string& place) {
  std::vector<std::int32_t> ids;
  for_each_line(text, [&](std::string_view line, int number) {
    // A blank line within would shift all labels behind it.
    const bool in_place = ids.size() + 1 == static_cast<std::size_t>(number);
    const std::optional<std::int32_t> id = parsed_label(line);
    if (!in_place || !id || *id < 1) {
      throw Error(Origin::data,
                  (in_place ? "got '" + std::string(line.substr(0, 40)) + "'"
                            : std::string("comes after a blank line")) +
                      "; allowed: an ILSVRC2012_ID, a whole number from 1, on each line",
                  place_of(place, static_cast<std::size_t>(number)));
    }
    ids.push_back(*id);
  });
  return ids;
}

DevkitClasses devkit_classes(const std::vector<Synset>& synsets, const std::string& place) {
  const auto count = std::ranges::count(synsets, 0, &Synset::children);
  DevkitClasses classes{std::vector<std::string>(static_cast<std::size_t>(count)), {}};
  for (const Synset& synset : synsets) {
    if (synset.children != 0) continue;
    const std::string named = synset.wnid + " has the ILSVRC2012_ID " + std::to_string(synset.id);
    if (synset.id < 1 || synset.id > count) {
      throw Error(Origin::data,
                  named + "; allowed for a class without children: 1 to " + std::to_string(count),
                  place);
    }
    std::string& wnid = classes.wnids[static_cast<std::size_t>(synset.id - 1)];
    if (!wnid.empty()) throw Error(Origin::data, named + ", as has " + wnid, place);
    wnid = synset.wnid;
  }
  classes.sorted = classes.wnids;
  std::ranges::sort(classes.sorted);
  const auto twice = std::ranges::adjacent_find(classes.sorted);
  if (twice != classes.sorted.end()) {
    throw Error(Origin::data, "the class " + *twice + " occurs twice", place);
  }
  if (count == 0) throw Error(Origin::data, "holds no class without children", place);
  return classes;
}

Annotations devkit_annotations(const DevkitClasses& classes, const std::vector<std::int32_t>& truth,
                               const std::string& place) {
  std::vector<std::int32_t> labels;  // by the kit's numbers
  for (const std::string& wnid : classes.wnids) {
    labels.push_back(rank_of_class(classes.sorted, wnid, place));
  }
  Annotations annotations{classes.sorted, {}, place};
  for (std::size_t k = 0; k < truth.size(); ++k) {
    if (static_cast<std::size_t>(truth[k]) > labels.size()) {
      throw Error(Origin::data,
                  "the ILSVRC2012_ID " + std::to_string(truth[k]) +
                      " stands for no class; allowed: 1 to " + std::to_string(labels.size()),
                  place_of(place, k + 1));
    }
    annotations.validation.emplace(image_name(k + 1),
                                   labels[static_cast<std::size_t>(truth[k] - 1)]);
  }
  return annotations;
}

}  // namespace vggflow
