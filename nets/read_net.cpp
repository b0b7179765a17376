#include <algorithm>
#include <array>
#include <string>

#include "base/error.h"
#include "nets/vgg.h"

namespace vggflow {
namespace {

constexpr double kMostOutputs = 1 << 20;

int whole(Params& params, const ParamSpec& spec) { return static_cast<int>(params.integer(spec)); }

int outputs(Params& params) {
  return whole(params, {.key = "outputs", .min = 1, .max = kMostOutputs});
}

std::string name(Params& params) {
  return params.text({.key = "name", .doc = "the layer's name, as in conv1_1"});
}

Layer read_convolution(Params& params) {
  return Convolution{name(params), outputs(params),
                     whole(params, {.key = "kernel", .fallback = "3", .min = 1, .max = 255})};
}

Layer read_relu(Params& /*params*/) { return Relu{}; }

Layer read_pool(Params& params) {
  return MaxPool{whole(params, {.key = "window", .fallback = "2", .min = 1, .max = 255})};
}

Layer read_lrn(Params& params) {
  return Lrn{whole(params, {.key = "size", .fallback = "5", .unit = "channels", .min = 1}),
             params.number({.key = "k", .fallback = "2"}),
             params.number({.key = "alpha", .fallback = "1e-4", .min = 0}),
             params.number({.key = "beta", .fallback = "0.75"})};
}

Layer read_fully_connected(Params& params) { return FullyConnected{name(params), outputs(params)}; }

Layer read_dropout(Params& params) {
  return Dropout{params.number({.key = "probability", .fallback = "0.5", .min = 0, .max = 1})};
}

struct LayerReader {
  std::string_view name;
  Layer (*read)(Params&);
  std::string_view only = {};  ///< `name: 0.5` stands for `name: {only: 0.5}`
};
constexpr std::array<LayerReader, 6> kReaders{{{"conv", read_convolution},
                                               {"relu", read_relu},
                                               {"pool", read_pool, "window"},
                                               {"lrn", read_lrn},
                                               {"fc", read_fully_connected},
                                               {"dropout", read_dropout, "probability"}}};

const LayerReader& reader(const std::string& name, const Value& entry, const std::string& path) {
  std::array<std::string_view, kReaders.size()> known;
  for (std::size_t i = 0; i < known.size(); ++i) {
    if (kReaders[i].name == name) return kReaders[i];
    known[i] = kReaders[i].name;
  }
  throw Error(Origin::spec, path + ": there is no layer '" + name + "'; allowed: " + joined(known),
              entry.place());
}

/// What a layer is given, as a map that knows its line.
Value arguments_of(const Value& entry, std::string_view only) {
  Value map = Value::map();
  map.file = entry.file;
  map.line = entry.line;
  if (entry.kind == Value::Kind::scalar) return map;
  const Value& written = entry.entries.front().second;
  if (written.kind != Value::Kind::scalar || only.empty()) return written;
  map[only] = written;
  return map;
}

/// `relu`, `pool: {window: 2}` or `dropout: 0.5`.
Layer read_layer(const Value& entry, const std::string& path) {
  const bool bare = entry.kind == Value::Kind::scalar;
  if (!bare && (entry.kind != Value::Kind::map || entry.entries.size() != 1)) {
    throw Error(Origin::spec, path + ": a layer is a name or a map of one name, as {conv: {...}}",
                entry.place());
  }
  const std::string& kind = bare ? entry.scalar : entry.entries.front().first;
  const LayerReader& how = reader(kind, entry, path);
  const Value arguments = arguments_of(entry, how.only);
  Params params(arguments, path + "." + kind);
  Layer layer = how.read(params);
  params.finish();
  return layer;
}

std::vector<Layer> read_layers(Params& section) {
  const Value* list = section.value("layers");
  if (list->kind != Value::Kind::list) section.fail("layers", "is not a list of layers");
  std::vector<Layer> layers;
  for (std::size_t i = 0; i < list->items.size(); ++i) {
    layers.push_back(
        read_layer(list->items[i], section.path("layers") + "[" + std::to_string(i) + "]"));
  }
  return layers;
}

/// Rules of whole nets do not know where the net was written: says it for them.
template <class Rule>
auto at_section(const Params& section, Rule rule) {
  try {
    return rule();
  } catch (const Error& error) {
    throw Error(error.origin(), section.path() + ": " + error.message(), section.all().place());
  }
}

Net read_written_out(Params& section, int crop) {
  Net net{section.text({.key = "name", .fallback = "custom"}), {crop, crop}, read_layers(section)};
  const int last = at_section(section, [&] { return classes(net); });
  if (section.has("classes") && whole(section, {.key = "classes"}) != last) {
    section.fail("classes",
                 "differs from the last layer, which has " + std::to_string(last) + " outputs");
  }
  return net;
}

Net read_letter(Params& section, int crop) {
  const std::string letter =
      section.text({.key = "config", .doc = "the net's letter; or write out `layers`"});
  if (std::ranges::find(vgg_letters(), letter) == vgg_letters().end()) {
    section.fail("config", "got '" + letter + "'; allowed: " + joined(vgg_letters()));
  }
  VggOptions options;
  options.crop = crop;
  options.width_divisor =
      whole(section, {.key = "width_divisor", .fallback = "1", .min = 1, .max = 64});
  options.fully_connected =
      whole(section, {.key = "fully_connected", .fallback = "4096", .min = 1, .max = kMostOutputs});
  options.classes =
      whole(section, {.key = "classes", .fallback = "1000", .min = 1, .max = kMostOutputs});
  options.dropout = section.number({.key = "dropout", .fallback = "0.5", .min = 0, .max = 1});
  return at_section(section, [&] { return vgg_net(letter, options); });
}

}  // namespace

Net read_net(Params section, int default_crop) {
  const bool written_out = section.has("layers");
  if (written_out && section.has("config")) {
    section.fail("layers", "cannot stand beside `config`; allowed: one of the two");
  }
  const std::string fallback = default_crop > 0 ? std::to_string(default_crop) : std::string();
  const int crop = whole(section, {.key = "crop",
                                   .fallback = fallback,
                                   .unit = "px",
                                   .doc = "the input side",
                                   .min = 1,
                                   .max = 65535});
  Net net = written_out ? read_written_out(section, crop) : read_letter(section, crop);
  section.finish();
  return net;
}

}  // namespace vggflow
