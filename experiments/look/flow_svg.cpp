#include "experiments/look/flow_svg.h"

#include <algorithm>
#include <cstdio>
#include <sstream>
#include <vector>

#include "base/error.h"
#include "experiments/look/svg.h"
#include "experiments/spec/flow_nodes.h"

namespace vggflow {
namespace {

// px
constexpr int kLeft = 64;
constexpr int kBoxWidth = 540;
constexpr int kBoxHeight = 50;
constexpr int kPitch = 72;
constexpr int kTop = 76;
constexpr int kFiguresLeft = kLeft + kBoxWidth + 24;
constexpr int kBarWidth = 216;
constexpr std::size_t kMostTitle = 64;  // characters
constexpr std::size_t kMostNote = 84;

constexpr const char* kStyle = R"(<style>
  text { font: 12px system-ui, sans-serif; fill: #667085 }
  .title { font: 600 13px ui-monospace, monospace; fill: #1d2330 }
  .heading { font: 600 16px system-ui, sans-serif; fill: #1d2330 }
  .paper { fill: #ffffff }
  .box { fill: #f4f6fa; stroke: #9aa5b8; stroke-width: 1.2 }
  .deferred .box { fill: none; stroke-dasharray: 5 4 }
  .arrow, .released { fill: none; stroke: #9aa5b8; stroke-width: 1.4 }
  .head { fill: #9aa5b8 }
  .track { fill: #e6eaf1 }
  .busy { fill: #2f6fed }
  .bottleneck .box { fill: #fef1f0; stroke: #d92d20; stroke-width: 2 }
  .bottleneck .busy { fill: #d92d20 }
  .bottleneck .verdict { fill: #d92d20; font-weight: 600 }
  @media (prefers-color-scheme: dark) {
    text { fill: #98a2b3 }
    .title, .heading { fill: #e6e9ef }
    .paper { fill: #14171c }
    .box { fill: #1f242c; stroke: #566073 }
    .arrow, .released { stroke: #566073 }
    .head { fill: #566073 }
    .track { fill: #2b323c }
    .busy { fill: #6ea8ff }
    .bottleneck .box { fill: #3a2022; stroke: #ff8a80 }
    .bottleneck .busy { fill: #ff8a80 }
    .bottleneck .verdict { fill: #ff8a80 }
  }
</style>
)";

/// A box with what was measured of it.
struct Box {
  FlowNode node;
  double busy_share = -1;  // of the time it could have worked; < 0: nothing was measured
  std::string figure = {};
  bool bottleneck = false;
  bool runs = false;  // a node of the graph, of which figures tell
};

template <class... Numbers>
std::string text_of(const char* format, Numbers... numbers) {
  char text[128];
  std::snprintf(text, sizeof text, format, numbers...);
  return text;
}

/// "folder train" or "tar shards/a.tar"; "generated" where it has parameters of its own.
std::string source_text(const Value& source) {
  std::string text;
  for (const auto& [key, entry] : source.entries) {
    text += (text.empty() ? "" : ", ") + key;
    if (entry.kind == Value::Kind::scalar) text += " " + entry.scalar;
  }
  return text.empty() ? "none is given" : text;
}

std::vector<Box> boxes_of(const Spec& spec) {
  std::vector<Box> boxes;
  boxes.push_back({{.name = "dataset", .title = "dataset", .note = source_text(spec.train_data)}});
  boxes.push_back({{.name = "plan",
                    .title = "plan",
                    .note = "the epoch's order; every image gets its slot before work starts"}});
  boxes.back().runs = true;
  for (FlowNode& node : training_nodes(spec)) {
    boxes.push_back({std::move(node)});
    boxes.back().runs = !boxes.back().node.name.empty();
  }
  for (Box& box : boxes) {
    if (box.node.name.empty()) box.node.name = box.node.title.substr(0, box.node.title.find(' '));
  }
  return boxes;
}

void check_same_nodes(const std::vector<Box>& boxes, const FlowStatistics& flow) {
  for (const NodeStatistics& node : flow.nodes) {
    if (std::ranges::any_of(boxes, [&](const Box& box) { return box.node.name == node.name; })) {
      continue;
    }
    throw Error(Origin::data,
                "the figures are of another flow: this spec has no node '" + node.name + "'");
  }
  for (const Box& box : boxes) {
    if (!box.runs || std::ranges::count(flow.nodes, box.node.name, &NodeStatistics::name) > 0) {
      continue;
    }
    throw Error(Origin::data,
                "the figures are of another flow: they have no node '" + box.node.name + "'");
  }
}

void measure_node(Box& box, const NodeStatistics& node, const FlowStatistics& flow) {
  const int threads = box.runs ? flow.workers : 1;  // a batch stage has one of its own
  box.busy_share = node.busy_s / (threads * flow.elapsed_s);
  const double samples = std::max(1.0, static_cast<double>(node.samples));
  box.figure = text_of("%.1f %% busy, %.1f \xC2\xB5s each", 100 * box.busy_share,
                       1e6 * node.busy_s / samples);
}

void measure(std::vector<Box>& boxes, const FlowStatistics& flow) {
  check_same_nodes(boxes, flow);
  Box* slowest = nullptr;
  double most_busy = -1;
  for (const NodeStatistics& node : flow.nodes) {
    Box& box = *std::ranges::find_if(boxes, [&](Box& b) { return b.node.name == node.name; });
    measure_node(box, node, flow);
    if (box.busy_share <= most_busy) continue;
    most_busy = box.busy_share;
    slowest = &box;
  }
  Box& consumer = boxes.back();
  consumer.busy_share = 1 - flow.starved_s / flow.elapsed_s;
  consumer.figure = text_of("waited %.1f %% of the time", 100 * (1 - consumer.busy_share));
  if (flow.no_free_slot_s > flow.starved_s || slowest == nullptr) slowest = &consumer;
  slowest->bottleneck = true;
}

void draw_figure(std::ostream& out, const Box& box, int y) {
  if (box.busy_share < 0) return;
  const double filled = kBarWidth * std::clamp(box.busy_share, 0.0, 1.0);
  const auto bar = [&](const char* what, const std::string& width) {
    out << "  <rect class=\"" << what << "\" x=\"" << kFiguresLeft << "\" y=\"" << y + 9
        << "\" width=\"" << width << "\" height=\"9\" rx=\"2\"/>\n";
  };
  bar("track", std::to_string(kBarWidth));
  bar("busy", text_of("%.1f", filled));
  out << "  <text class=\"verdict\" x=\"" << kFiguresLeft << "\" y=\"" << y + 36 << "\">"
      << xml_text(box.figure) << "</text>\n";
  if (!box.bottleneck) return;
  out << "  <text class=\"verdict\" x=\"" << kLeft + kBoxWidth - 16 << "\" y=\"" << y + 21
      << "\" text-anchor=\"end\">bottleneck</text>\n";
}

void draw_box(std::ostream& out, const Box& box, int y) {
  out << "<g class=\"node" << (box.node.deferred ? " deferred" : "")
      << (box.bottleneck ? " bottleneck" : "") << "\" data-name=\"" << xml_text(box.node.name)
      << "\">\n  <title>" << xml_text(box.node.title + ": " + box.node.note) << "</title>\n"
      << "  <rect class=\"box\" x=\"" << kLeft << "\" y=\"" << y << "\" width=\"" << kBoxWidth
      << "\" height=\"" << kBoxHeight << "\" rx=\"7\"/>\n"
      << "  <text class=\"title\" x=\"" << kLeft + 16 << "\" y=\"" << y + 21 << "\">"
      << xml_text(cut_after(box.node.title, kMostTitle)) << "</text>\n"
      << "  <text x=\"" << kLeft + 16 << "\" y=\"" << y + 39 << "\">"
      << xml_text(cut_after(box.node.note, kMostNote)) << "</text>\n";
  draw_figure(out, box, y);
  out << "</g>\n";
}

/// From one box down to the next.
void draw_arrow(std::ostream& out, int y) {
  const int x = kLeft + kBoxWidth / 2;
  const int end = y + kPitch;
  out << "<path class=\"arrow\" d=\"M" << x << " " << y + kBoxHeight << "V" << end - 7 << "\"/>"
      << "<path class=\"head\" d=\"M" << x - 5 << " " << end - 8 << "h10l-5 8z\"/>\n";
}

/// From the batch back to the plan: backpressure.
void draw_release(std::ostream& out, int from_y, int to_y) {
  const int from = from_y + kBoxHeight / 2;
  const int to = to_y + kBoxHeight / 2;
  out << "<path class=\"released\" d=\"M" << kLeft << " " << from << "h-22q-10 0 -10 -10V"
      << to + 10 << "q0 -10 10 -10h15\"/><path class=\"head\" d=\"M" << kLeft - 8 << " " << to - 5
      << "v10l8 -5z\"/>\n<text transform=\"translate(" << kLeft - 40 << " " << (from + to) / 2
      << ") rotate(-90)\" text-anchor=\"middle\">a released batch lets the next be "
         "planned</text>\n";
}

void draw_heading(std::ostream& out, const Spec& spec, const std::optional<FlowFigures>& figures) {
  std::string how = "run by " + counted(spec.feed.workers, "worker") + ", " +
                    std::to_string(spec.feed.prefetch) +
                    (spec.feed.prefetch == 1 ? " batch" : " batches") + " ahead; dashed: deferred";
  out << "<text class=\"heading\" x=\"" << kLeft << "\" y=\"36\">"
      << xml_text(spec.name + ": the flow of training") << "</text>\n";
  if (figures) {
    const FlowStatistics& flow = figures->flow;
    how = text_of("%d worker%s for %.1f s, without a free slot %.1f %% of it; dashed: deferred",
                  flow.workers, flow.workers == 1 ? "" : "s", flow.elapsed_s,
                  100 * flow.no_free_slot_s / flow.elapsed_s);
    out << "<text class=\"heading\" x=\"" << kFiguresLeft << "\" y=\"36\">"
        << text_of("%.0f images/s", figures->images_per_s) << "</text>\n"
        << "<text x=\"" << kFiguresLeft << "\" y=\"56\">busy: share of the workers' time</text>\n";
  }
  out << "<text x=\"" << kLeft << "\" y=\"56\">" << xml_text(how) << "</text>\n";
}

}  // namespace

std::string flow_svg(const Spec& spec, const std::optional<FlowFigures>& figures) {
  std::vector<Box> boxes = boxes_of(spec);
  if (figures) measure(boxes, figures->flow);
  const int height = kTop + static_cast<int>(boxes.size()) * kPitch;
  const int width = figures ? kFiguresLeft + kBarWidth + 32 : kLeft + kBoxWidth + 32;
  std::ostringstream out;
  out << "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"" << width << "\" height=\"" << height
      << "\" viewBox=\"0 0 " << width << " " << height << "\">\n<title>"
      << xml_text(spec.name + ": the flow of training") << "</title>\n"
      << kStyle << "<rect class=\"paper\" width=\"100%\" height=\"100%\"/>\n";
  draw_heading(out, spec, figures);
  const auto y_of = [](std::size_t index) { return kTop + static_cast<int>(index) * kPitch; };
  for (std::size_t i = 0; i < boxes.size(); ++i) {
    draw_box(out, boxes[i], y_of(i));
    if (i + 1 < boxes.size()) draw_arrow(out, y_of(i));
  }
  const auto batch =
      std::ranges::find_if(boxes, [](const Box& box) { return box.node.name == "batch"; });
  draw_release(out, y_of(static_cast<std::size_t>(batch - boxes.begin())), y_of(1));
  out << "</svg>\n";
  return out.str();
}

}  // namespace vggflow
