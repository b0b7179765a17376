#include "experiments/look/curves.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <sstream>
#include <vector>

#include "base/error.h"
#include "experiments/look/axis.h"
#include "experiments/look/curve_points.h"
#include "experiments/look/svg.h"

namespace vggflow {
namespace {

// px
constexpr int kWidth = 760;
constexpr int kHeight = 620;
constexpr int kLeft = 72;
constexpr int kRight = kWidth - 28;
constexpr int kLossTop = 96;
constexpr int kErrorTop = 356;
constexpr int kPanelHeight = 204;
constexpr int kMostTicks = 7;
constexpr int kMostEpochTicks = 11;
constexpr std::size_t kMostPoints = 1000;
constexpr std::size_t kMostTitle = 64;  // characters

constexpr const char* kStyle = R"(<style>
  text { font: 12px system-ui, sans-serif; fill: #667085 }
  .heading { font: 600 16px system-ui, sans-serif; fill: #1d2330 }
  .label { font-weight: 600; fill: #1d2330 }
  .paper { fill: #ffffff }
  .grid { stroke: #e6eaf1 }
  .axis { fill: none; stroke: #9aa5b8 }
  .drop { stroke: #9aa5b8; stroke-dasharray: 5 4 }
  .training, .validation { fill: none; stroke-width: 1.8; stroke-linejoin: round }
  .training { stroke: #2f6fed }
  .validation { stroke: #c2410c }
  circle.training { fill: #2f6fed; stroke: none }
  circle.validation { fill: #c2410c; stroke: none }
  @media (prefers-color-scheme: dark) {
    text { fill: #98a2b3 }
    .heading, .label { fill: #e6e9ef }
    .paper { fill: #14171c }
    .grid { stroke: #2b323c }
    .axis, .drop { stroke: #566073 }
    .training { stroke: #6ea8ff }
    .validation { stroke: #ffab70 }
    circle.training { fill: #6ea8ff }
    circle.validation { fill: #ffab70 }
  }
</style>
)";

/// Where a curve is drawn.
struct Panel {
  Axis x;  // epochs
  Axis y;
};

std::string px(double length) {
  char text[32];
  std::snprintf(text, sizeof text, "%.2f", length);
  return text;
}

double highest(const Points& points, double CurvePoint::*member) {
  double most = 0;
  for (const CurvePoint& point : points) most = std::max(most, point.*member);
  return most > 1e-9 ? most : 1;
}

void draw_axes(std::ostream& out, const Panel& panel, const std::string& label) {
  for (const double tick : ticks(panel.y.high, kMostTicks)) {
    const std::string y = px(panel.y.place(tick));
    out << "<path class=\"grid\" d=\"M" << kLeft << " " << y << "H" << kRight << "\"/><text x=\""
        << kLeft - 8 << "\" y=\"" << y << "\" dy=\"4\" text-anchor=\"end\">" << tick_text(tick)
        << "</text>\n";
  }
  for (const double tick : ticks(panel.x.high, kMostEpochTicks)) {
    const std::string x = px(panel.x.place(tick));
    out << "<path class=\"axis\" d=\"M" << x << " " << px(panel.y.from) << "v5\"/><text x=\"" << x
        << "\" y=\"" << px(panel.y.from + 20) << "\" text-anchor=\"middle\">" << tick_text(tick)
        << "</text>\n";
  }
  out << "<path class=\"axis\" d=\"M" << kLeft << " " << px(panel.y.to) << "V" << px(panel.y.from)
      << "H" << kRight << "\"/>\n<text class=\"label\" x=\"" << kLeft << "\" y=\""
      << px(panel.y.to - 12) << "\">" << label << "</text>\n";
}

void draw_marks(std::ostream& out, const Panel& panel, const Points& points, const char* what) {
  for (const CurvePoint& point : points) {
    out << "<circle class=\"" << what << "\" cx=\"" << px(panel.x.place(point.epoch)) << "\" cy=\""
        << px(panel.y.place(point.value)) << "\" r=\"3\"/>\n";
  }
}

/// A line wants two points: a single one is marked.
void draw_curve(std::ostream& out, const Panel& panel, const Points& points, const char* what) {
  if (points.size() == 1) draw_marks(out, panel, points, what);
  if (points.size() < 2) return;
  out << "<path class=\"" << what << "\" d=\"";
  for (std::size_t i = 0; i < points.size(); ++i) {
    out << (i == 0 ? "M" : "L") << px(panel.x.place(points[i].epoch)) << " "
        << px(panel.y.place(points[i].value));
  }
  out << "\"/>\n";
}

/// A line through both panels at the first row of each lower rate.
void draw_drops(std::ostream& out, const std::vector<TrainingRow>& log, const Panel& top,
                const Panel& bottom) {
  for (std::size_t i = 1; i < log.size(); ++i) {
    if (!(log[i].rate < log[i - 1].rate) || !std::isfinite(log[i].epoch)) continue;
    // It fell somewhere in the row's interval: where that began is the nearest that is known.
    const std::string x = px(top.x.place(log[i - 1].epoch));
    out << "<g class=\"rate\"><path class=\"drop\" d=\"M" << x << " " << px(top.y.to) << "V"
        << px(top.y.from) << "M" << x << " " << px(bottom.y.to) << "V" << px(bottom.y.from)
        << "\"/><text x=\"" << x << "\" y=\"" << px(top.y.to) << "\" dx=\"5\" dy=\"12\">rate "
        << tick_text(log[i].rate) << "</text></g>\n";
  }
}

void draw_legend(std::ostream& out, bool validated) {
  int x = kRight - (validated ? 184 : 78);
  const auto entry = [&](const char* what) {
    out << "<path class=\"" << what << "\" d=\"M" << x << " 52h22\"/><text x=\"" << x + 28
        << "\" y=\"56\">" << what << "</text>\n";
    x += 92;
  };
  entry("training");
  if (validated) entry("validation");
}

void draw_heading(std::ostream& out, const std::string& name, const TrainingHistory& history) {
  const std::string title = xml_text(cut_after(name, kMostTitle) + ": learning curves");
  out << "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"" << kWidth << "\" height=\"" << kHeight
      << "\" viewBox=\"0 0 " << kWidth << " " << kHeight << "\">\n<title>" << title << "</title>\n"
      << kStyle << "<rect class=\"paper\" width=\"100%\" height=\"100%\"/>\n<text "
      << "class=\"heading\" x=\"" << kLeft << "\" y=\"36\">" << title << "</text>\n";
  if (!history.log.empty()) {
    out << "<text x=\"" << kLeft << "\" y=\"56\">learning rate " << tick_text(history.log[0].rate)
        << " in the first row, dashed: it fell</text>\n";
  }
  draw_legend(out, !history.validation.empty());
}

}  // namespace

std::string curves_svg(const std::string& name, const TrainingHistory& history) {
  const Points loss = thinned(points_of(history.log, &TrainingRow::loss), kMostPoints);
  const Points training = thinned(points_of(history.log, &TrainingRow::top1_error), kMostPoints);
  const Points validation = points_of(history.validation, &ValidationRow::top1_error);
  if (loss.empty() && validation.empty()) throw Error(Origin::data, "there is nothing to draw");

  const double epochs =
      std::max(highest(training.empty() ? validation : training, &CurvePoint::epoch),
               validation.empty() ? 0 : highest(validation, &CurvePoint::epoch));
  const Axis x{.low = 0, .high = epochs, .from = kLeft, .to = kRight};
  const auto panel = [&](int top, double high) {
    return Panel{x, {.low = 0, .high = high, .from = top + kPanelHeight + 0.0, .to = top + 0.0}};
  };
  const Panel losses = panel(kLossTop, rounded_up(highest(loss, &CurvePoint::value), kMostTicks));
  const Panel errors = panel(kErrorTop, 100);

  std::ostringstream out;
  draw_heading(out, name, history);
  draw_axes(out, losses, "loss");
  draw_axes(out, errors, "top-1 error, %");
  draw_drops(out, history.log, losses, errors);
  draw_curve(out, losses, loss, "training");
  draw_curve(out, errors, training, "training");
  if (validation.size() > 1) draw_curve(out, errors, validation, "validation");
  draw_marks(out, errors, validation, "validation");
  out << "<text class=\"label\" x=\"" << kRight << "\" y=\"" << kHeight - 16
      << "\" text-anchor=\"end\">epochs</text>\n</svg>\n";
  return out.str();
}

}  // namespace vggflow
