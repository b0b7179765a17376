#include "experiments/report/experiment_section.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "base/base64.h"
#include "experiments/look/filters.h"
#include "experiments/report/chart_data.h"
#include "experiments/report/html.h"
#include "experiments/report/provenance_order.h"
#include "experiments/run/flow_figures.h"
#include "stages/codec/encode_png.h"

namespace vggflow {
namespace {

namespace fs = std::filesystem;

std::string files_part(const fs::path& experiment, const fs::path& folder) {
  std::string links;
  for (const char* name : {"results.h5", "spec.yaml", "weights.h5", "log.jsonl", "flow.json"}) {
    if (!fs::exists(experiment / name)) continue;
    links += (links.empty() ? "" : ", ") + file_link(experiment / name, folder);
  }
  return "<p>Files: " + links + "</p>\n";
}

std::string provenance_part(const Readable<Provenance>& provenance) {
  if (!provenance.value) return problem("Cannot be read", provenance.why_not);
  HtmlTable table("Provenance of the training", {{"what"}, {"value", kProse}});
  for (const auto& [name, value] : in_reading_order(*provenance.value)) {
    table.add({HtmlCell::text(name), HtmlCell::text(value)});
  }
  return "<details><summary>Provenance</summary>\n" + table.html() + "</details>\n";
}

/// What the curves come to, for those who do not see them.
std::string last_row_text(const TrainingHistory& history) {
  std::string text;
  if (!history.log.empty()) {
    const TrainingRow& row = history.log.back();
    text = std::to_string(row.iteration) + " iterations, " + two_digits(row.epoch) +
           " epochs: loss " + two_digits(row.loss) + ", top-1 error " + two_digits(row.top1_error) +
           " % of training batches";
  }
  if (!history.validation.empty()) {
    text += (text.empty() ? "" : ", ") + two_digits(history.validation.back().top1_error) +
            " % in the last validation of " + std::to_string(history.validation.back().images) +
            " centre crops";
  }
  return text + ".";
}

std::string chart(const std::string& id, const char* what, const std::string& label) {
  return "<figure class=\"chart\"><canvas role=\"img\" data-curves=\"" + id + "\" data-what=\"" +
         what + "\" aria-label=\"" + html_text(label) + "\"></canvas></figure>\n";
}

std::string curves_part(const Readable<TrainingHistory>& history, const std::string& name,
                        const std::string& id, nlohmann::json& drawings) {
  if (!history.value) return problem("Cannot be read", history.why_not);
  nlohmann::json curves = curves_data(*history.value);
  if (curves.is_null()) return "<p>Nothing was trained.</p>\n";
  drawings["curves"][id] = std::move(curves);
  return "<p>" + last_row_text(*history.value) + "</p>\n<div class=\"charts\">\n" +
         chart(id, "loss", name + ": loss over epochs") +
         chart(id, "errors", name + ": top-1 errors of training and validation over epochs") +
         "</div>\n";
}

std::string failed_part(const TrainingHistory& history) {
  if (history.failed.empty()) return "";
  return "<p>" + std::to_string(history.failed.size()) +
         " training images failed: see provenance/failed in results.h5.</p>\n";
}

std::string filters_part(const fs::path& experiment, const std::string& name) {
  if (!fs::exists(experiment / "weights.h5")) return "";
  const auto png = readable([&] {
    return encode_png(filter_sheet(load_first_filters(experiment / "weights.h5")).view());
  });
  if (!png.value) return problem("The filters cannot be drawn", png.why_not);
  return "<figure class=\"filters\"><img src=\"data:image/png;base64," + base64(*png.value) +
         "\" alt=\"" + html_text(name + ": filters of the first layer") +
         "\">\n<figcaption>Filters of the first layer; grey is zero.</figcaption></figure>\n";
}

/// "12.3 % of the time": of the flow's.
std::string share_text(double seconds, const FlowStatistics& flow) {
  return two_digits(100 * seconds / flow.elapsed_s) + " %";
}

std::string flow_table(const FlowStatistics& flow) {
  HtmlTable table("Nodes of the training flow", {{"node"},
                                                 {"samples", kNumber},
                                                 {"busy, s", kNumber},
                                                 {"\xC2\xB5s a sample", kNumber},
                                                 {"% of the workers' time", kNumber}});
  for (const NodeStatistics& node : flow.nodes) {
    const double samples = static_cast<double>(node.samples);
    const double share = node.busy_s / (flow.workers * flow.elapsed_s);
    table.add({HtmlCell::text(node.name),
               {std::to_string(node.samples), samples},
               HtmlCell::number(node.busy_s),
               HtmlCell::number(1e6 * node.busy_s / std::max(1.0, samples)),
               {two_digits(100 * share) + share_bar(share), share}});
  }
  return table.html();
}

std::string flow_part(const fs::path& experiment) {
  if (!fs::exists(experiment / "flow.json")) return "";
  const std::string heading = "<h3>Where the time went</h3>\n";
  const auto figures = readable([&] { return read_flow_figures(experiment / "flow.json"); });
  if (!figures.value) return heading + problem("Cannot be read", figures.why_not);
  const FlowStatistics& flow = figures.value->flow;
  return heading + "<p>" + two_digits(figures.value->images_per_s) + " images/s through " +
         std::to_string(flow.workers) + (flow.workers == 1 ? " worker" : " workers") + ", " +
         std::to_string(flow.batches) + " batches in " + two_digits(flow.elapsed_s) +
         " s. The engine waited for batches for " + share_text(flow.starved_s, flow) +
         " of that time, the workers for a free batch for " +
         share_text(flow.no_free_slot_s, flow) + ".</p>\n" + flow_table(flow);
}

}  // namespace

std::string experiment_section(const FoundExperiment& experiment, const std::string& id,
                               const fs::path& folder, nlohmann::json& drawings) {
  std::string part = files_part(experiment.folder, folder) +
                     provenance_part(experiment.provenance) + "<h3>Training</h3>\n" +
                     curves_part(experiment.history, experiment.name, id, drawings);
  if (experiment.history.value) part += failed_part(*experiment.history.value);
  return part + filters_part(experiment.folder, experiment.name) + flow_part(experiment.folder);
}

}  // namespace vggflow
