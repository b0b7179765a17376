#include <algorithm>
#include <map>

#include "base/error.h"
#include "experiments/spec/sections.h"

namespace vggflow {
namespace {

constexpr double kMostThreads = 4096;
constexpr double kMostErrors = 4294967295;  // no data set is larger

std::vector<std::string> learned_layers(const Net& net) {
  std::vector<std::string> names;
  for (const Layer& layer : net.layers) {
    if (const auto* convolution = std::get_if<Convolution>(&layer)) {
      names.push_back(convolution->name);
    }
    if (const auto* connected = std::get_if<FullyConnected>(&layer)) {
      names.push_back(connected->name);
    }
  }
  return names;
}

/// The layers to take from elsewhere, each a layer of the net.
std::vector<std::string> read_taken_layers(Params& section, const Net& net) {
  const Value* list = section.value("layers");
  if (list == nullptr) return {};
  if (list->kind != Value::Kind::list || list->items.empty()) {
    section.fail("layers",
                 "got " + std::string(to_string(list->kind)) + "; allowed: a list of layer names");
  }
  const std::vector<std::string> known = learned_layers(net);
  std::vector<std::string> taken;
  for (const Value& item : list->items) {
    if (std::ranges::find(known, item.scalar) == known.end()) {
      section.fail("layers", "the net has no layer '" + item.scalar +
                                 "'; allowed: " + joined(known, " and "));
    }
    taken.push_back(item.scalar);
  }
  return taken;
}

}  // namespace

InitSpec read_init(Params section, const Net& net) {
  static const std::map<std::string, Initialisation::Kind> kKinds = {
      {"gaussian", Initialisation::Kind::gaussian},
      {"glorot", Initialisation::Kind::glorot},
      {"he", Initialisation::Kind::he}};
  InitSpec init;
  init.random.kind = kKinds.at(
      section.choice({.key = "kind", .fallback = "gaussian", .choices = "gaussian|glorot|he"}));
  init.random.std = section.number({.key = "std", .fallback = "0.01", .min = 0});
  if (section.has("from")) init.from = section.text({.key = "from"});
  static_cast<void>(section.value("from"));
  init.layers = read_taken_layers(section, net);
  section.finish();
  if (!init.layers.empty() && init.from.empty()) {
    section.fail("layers", "says what to take, but `from` does not say from where");
  }
  return init;
}

ComputeSpec read_compute(Params section) {
  ComputeSpec compute;
  compute.engine =
      section.choice({.key = "engine", .fallback = "auto", .choices = "auto|onednn|reference"});
  compute.threads = static_cast<int>(
      section.integer({.key = "threads", .fallback = "0", .min = 0, .max = kMostThreads}));
  section.finish();
  return compute;
}

FeedSpec read_feed(Params section) {
  static const std::map<std::string, OnError> kPolicies = {
      {"fail", OnError::fail}, {"skip", OnError::skip}, {"substitute", OnError::substitute}};
  FeedSpec feed;
  feed.workers = static_cast<int>(
      section.integer({.key = "workers", .fallback = "0", .min = 0, .max = kMostThreads}));
  feed.prefetch = static_cast<int>(
      section.integer({.key = "prefetch", .fallback = "2", .min = 1, .max = 1024}));
  feed.on_error = kPolicies.at(
      section.choice({.key = "on_error", .fallback = "skip", .choices = "skip|fail|substitute"}));
  if (section.has("max_errors")) {
    feed.max_errors = static_cast<std::uint64_t>(
        section.integer({.key = "max_errors", .min = 0, .max = kMostErrors}));
  }
  static_cast<void>(section.value("max_errors"));  // known, whether it is there or not
  section.finish();
  return feed;
}

}  // namespace vggflow
