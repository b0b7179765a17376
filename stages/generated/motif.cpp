#include "stages/generated/motif.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace vggflow {
namespace {

constexpr double kPi = std::numbers::pi;

double radius(Point p) { return std::sqrt(p.x * p.x + p.y * p.y); }

bool triangle(Point p) {
  // Equilateral, corners on the unit circle: on the inner side of its three edges.
  const double slope = std::sqrt(3.0) * std::abs(p.x);
  return p.y <= 0.5 && slope - p.y <= 1;
}

bool cross(Point p) {
  const double across = std::min(std::abs(p.x), std::abs(p.y));
  return across < 0.28 && std::max(std::abs(p.x), std::abs(p.y)) < 0.95;
}

bool star(Point p) {
  // Five points; in the wedge of one of them the edge runs from the tip to the next notch.
  constexpr double kNotch = 0.42;
  constexpr double kWedge = kPi / 5;
  double angle = std::fmod(std::atan2(p.x, -p.y) + 2 * kPi, 2 * kWedge);
  if (angle > kWedge) angle = 2 * kWedge - angle;
  const double x = radius(p) * std::cos(angle);
  const double y = radius(p) * std::sin(angle);
  const double notch_x = kNotch * std::cos(kWedge);
  const double notch_y = kNotch * std::sin(kWedge);
  return (1 - x) * notch_y >= y * (1 - notch_x);
}

/// Fraction of the period that a coordinate stands in, [0, 1).
double phase(double x) { return x - std::floor(x); }

bool striped(Point p) { return phase(p.x) < 0.5; }
bool checked(Point p) { return (phase(p.x * 0.7) < 0.5) != (phase(p.y * 0.7) < 0.5); }
bool dotted(Point p) { return radius({phase(p.x) - 0.5, phase(p.y) - 0.5}) < 0.33; }
bool ringed(Point p) { return phase(radius(p)) < 0.5; }
bool wavy(Point p) { return phase(p.x + 0.35 * std::sin(2.5 * p.y)) < 0.5; }

}  // namespace

const std::array<Motif, 8> kShapes{{
    {"disc", [](Point p) { return radius(p) < 0.85; }},
    {"triangle", triangle},
    {"cross", cross},
    {"ring", [](Point p) { return radius(p) < 0.92 && radius(p) > 0.5; }},
    {"star", star},
    {"square", [](Point p) { return std::max(std::abs(p.x), std::abs(p.y)) < 0.7; }},
    {"bar", [](Point p) { return std::abs(p.x) < 0.95 && std::abs(p.y) < 0.3; }},
    {"crescent",
     [](Point p) {
       return radius(p) < 0.95 && radius({p.x - 0.45, p.y}) > 0.75;
     }},
}};

const std::array<Motif, 6> kTextures{{
    {"plain", [](Point) { return false; }},
    {"striped", striped},
    {"checked", checked},
    {"ringed", ringed},
    {"dotted", dotted},
    {"wavy", wavy},
}};

}  // namespace vggflow
