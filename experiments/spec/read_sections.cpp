#include <algorithm>
#include <map>

#include "base/error.h"
#include "experiments/spec/sections.h"

namespace vggflow {
namespace {

constexpr double kMostThreads = 4096;
constexpr double kMostWorkspaceMib = 1 << 20;
constexpr double kMostErrors = 4294967295;  // no data set is larger

std::string read_from(Params& section) {
  std::string from = section.text({.key = "from"});
  if (!from.ends_with(".h5") && !is_plain_name(from)) {
    section.fail("from", "got '" + from + "'; allowed: an experiment's name or a .h5 file");
  }
  return from;
}

/// The layers to take from elsewhere, each a layer of the net.
std::vector<std::string> read_taken_layers(Params& section, const Net& net) {
  const Value* list = section.value("layers");
  if (list == nullptr) return {};
  if (list->kind != Value::Kind::list || list->items.empty()) {
    section.fail("layers",
                 "got " + std::string(to_string(list->kind)) + "; allowed: a list of layer names");
  }
  std::vector<std::string> taken;
  for (const Value& item : list->items) {
    check_learned_layer(section, "layers", item.scalar, net);
    taken.push_back(item.scalar);
  }
  return taken;
}

}  // namespace

std::string length_text(const Value& length) {
  return length.scalar + (length.made_of.empty() ? "" : ", " + length.made_of);
}

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

void check_learned_layer(const Params& map, std::string_view key, const std::string& layer,
                         const Net& net) {
  const std::vector<std::string> known = learned_layers(net);
  if (std::ranges::find(known, layer) != known.end()) return;
  map.fail(key, "the net has no layer '" + layer + "'; allowed: " + joined(known, " and "));
}

InitSpec read_init(Params section, const Net& net) {
  static const std::map<std::string, Initialisation::Kind> kKinds = {
      {"gaussian", Initialisation::Kind::gaussian},
      {"glorot", Initialisation::Kind::glorot},
      {"he", Initialisation::Kind::he}};
  InitSpec init;
  init.random.kind = kKinds.at(
      section.choice({.key = "kind", .fallback = "gaussian", .choices = "gaussian|glorot|he"}));
  init.random.std = section.number({.key = "std", .fallback = "0.01", .min = 0});
  if (section.has("from")) init.from = read_from(section);
  static_cast<void>(section.value("from"));
  init.layers = read_taken_layers(section, net);
  section.finish();
  if (!init.layers.empty() && init.from.empty()) {
    section.fail("layers", "says what to take, but `from` does not say from where");
  }
  return init;
}

ComputeSpec read_compute(Params section) {
  static const std::map<std::string, Precision> kPrecisions = {
      {"bf16", Precision::bf16}, {"tf32", Precision::tf32}, {"f32", Precision::f32}};
  ComputeSpec compute;
  compute.engine = section.choice(
      {.key = "engine", .fallback = "auto", .choices = "auto|onednn|cudnn|reference"});
  compute.threads = static_cast<int>(
      section.integer({.key = "threads", .fallback = "0", .min = 0, .max = kMostThreads}));
  compute.precision = kPrecisions.at(
      section.choice({.key = "precision", .fallback = "bf16", .choices = "bf16|tf32|f32"}));
  compute.deterministic = section.flag({.key = "deterministic", .fallback = "false"});
  compute.workspace_mib = static_cast<int>(section.integer(
      {.key = "workspace", .fallback = "1024", .min = 1, .max = kMostWorkspaceMib}));
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
