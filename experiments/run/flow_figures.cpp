#include "experiments/run/flow_figures.h"

#include <fstream>
#include <nlohmann/json.hpp>

#include "base/atomic_file.h"
#include "base/error.h"

namespace vggflow {
namespace {

using Json = nlohmann::ordered_json;

Json parsed(const std::filesystem::path& path) {
  std::ifstream file(path);
  if (!file.is_open()) throw system_error("cannot be read", path.string());
  Json json = Json::parse(file, nullptr, false);
  if (json.is_object()) return json;
  throw Error(Origin::data, "is not JSON as `bench pipeline --json` and `run` write it",
              path.string());
}

}  // namespace

nlohmann::ordered_json to_json(const FlowFigures& figures) {
  const FlowStatistics& flow = figures.flow;
  Json json = {{"images_per_s", figures.images_per_s},
               {"workers", flow.workers},
               {"batches", flow.batches},
               {"elapsed_s", flow.elapsed_s},
               {"starved_s", flow.starved_s},
               {"no_free_slot_s", flow.no_free_slot_s},
               {"nodes", Json::array()}};
  for (const NodeStatistics& node : flow.nodes) {
    json["nodes"].push_back(
        {{"name", node.name}, {"samples", node.samples}, {"busy_s", node.busy_s}});
  }
  return json;
}

FlowFigures read_flow_figures(const std::filesystem::path& path) {
  const Json json = parsed(path);
  try {
    FlowFigures figures{.images_per_s = json.at("images_per_s"), .flow = {}};
    FlowStatistics& flow = figures.flow;
    flow.workers = json.at("workers");
    flow.batches = json.at("batches");
    flow.elapsed_s = json.at("elapsed_s");
    flow.starved_s = json.at("starved_s");
    flow.no_free_slot_s = json.at("no_free_slot_s");
    for (const Json& node : json.at("nodes")) {
      flow.nodes.push_back({node.at("name"), node.at("samples"), node.at("busy_s")});
    }
    if (flow.workers < 1 || !(flow.elapsed_s > 0)) {
      throw Error(Origin::data,
                  "are no figures of a flow that ran: workers and elapsed_s are " +
                      json.at("workers").dump() + " and " + json.at("elapsed_s").dump(),
                  path.string());
    }
    return figures;
  } catch (const Json::exception& error) {  // "... key 'nodes' not found"
    throw Error(Origin::data, std::string("are no figures of a flow: ") + error.what(),
                path.string());
  }
}

void save_flow_figures(const std::filesystem::path& path, const FlowFigures& figures) {
  write_text_atomically(path, to_json(figures).dump(2) + "\n");
}

}  // namespace vggflow
