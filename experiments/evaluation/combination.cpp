#include "experiments/evaluation/combination.h"

#include <algorithm>
#include <map>
#include <set>

#include "base/error.h"

namespace vggflow {
namespace {

void check_same(const CombinationMember& first, const CombinationMember& other) {
  const auto differ = [&](const std::string& what) {
    throw Error(Origin::data, "the scores of " + first.name + " and " + other.name +
                                  " cannot be averaged: they are of other " + what);
  };
  const EvaluationResult& a = first.result;
  const EvaluationResult& b = other.result;
  if (a.classes != b.classes) {
    differ("classes: " + std::to_string(a.classes) + " and " + std::to_string(b.classes));
  }
  const auto name = std::ranges::mismatch(a.class_names, b.class_names);
  if (name.in1 != a.class_names.end() || name.in2 != b.class_names.end()) differ("class names");
  if (a.names.size() != b.names.size()) {
    differ("images: " + std::to_string(a.names.size()) + " and " + std::to_string(b.names.size()));
  }
  const auto image = std::ranges::mismatch(a.names, b.names);
  if (image.in1 != a.names.end()) differ("images: " + *image.in1 + " and " + *image.in2);
  if (a.labels != b.labels) differ("labels");
}

/// Those of all members, by id, each once: the first reason.
std::vector<FailedSample> all_failed(const std::vector<CombinationMember>& members) {
  std::map<std::uint64_t, FailedSample> failed;
  for (const CombinationMember& member : members) {
    for (const FailedSample& sample : member.result.failed) failed.emplace(sample.id, sample);
  }
  std::vector<FailedSample> all;
  for (auto& [id, sample] : failed) all.push_back(std::move(sample));
  return all;
}

/// NaN where any member has one.
std::vector<float> mean_scores(const std::vector<CombinationMember>& members) {
  std::vector<float> means(members.front().result.scores.size());
  const auto count = static_cast<double>(members.size());
  for (std::size_t i = 0; i < means.size(); ++i) {
    double sum = 0;
    for (const CombinationMember& member : members) sum += member.result.scores[i];
    means[i] = static_cast<float>(sum / count);
  }
  return means;
}

/// "a & b & c" of "a & b" and "a & c": what a member is averaged of counts by itself.
template <class Field>
std::string joined_distinct(const std::vector<CombinationMember>& members, Field field) {
  static constexpr std::string_view kAnd = " & ";
  std::vector<std::string> texts;
  for (const CombinationMember& member : members) {
    for (std::string rest = member.result.*field; !rest.empty();) {
      const auto end = std::min(rest.find(kAnd), rest.size());
      const std::string text = rest.substr(0, end);
      if (std::ranges::find(texts, text) == texts.end()) texts.push_back(text);
      rest.erase(0, end + kAnd.size());
    }
  }
  std::string all;
  for (const std::string& text : texts) all.append(all.empty() ? "" : kAnd).append(text);
  return all;
}

}  // namespace

EvaluationResult combined(const std::vector<CombinationMember>& members) {
  if (members.empty()) throw Error(Origin::data, "there are no evaluations to average");
  for (const CombinationMember& member : members) check_same(members.front(), member);
  const EvaluationResult& first = members.front().result;
  EvaluationResult result;
  result.classes = first.classes;
  result.scores = mean_scores(members);
  result.labels = first.labels;
  result.ids = first.ids;
  result.names = first.names;
  result.class_names = first.class_names;
  std::set<std::int64_t> scales;
  for (const CombinationMember& member : members) {
    scales.insert(member.result.scales.begin(), member.result.scales.end());
    result.members.push_back(member.name);
  }
  result.scales.assign(scales.begin(), scales.end());
  result.views = joined_distinct(members, &EvaluationResult::views);
  result.profile = joined_distinct(members, &EvaluationResult::profile);
  result.failed = all_failed(members);
  compute_errors(result);
  return result;
}

}  // namespace vggflow
