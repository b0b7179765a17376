#include "stages/generated/draw.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <span>
#include <vector>

namespace vggflow {
namespace {

using Colour = std::array<double, kChannels>;  // RGB, u8 levels

double in_range(Rng& rng, double lo, double hi) { return lo + (hi - lo) * rng.uniform(); }

Colour any_colour(Rng& rng) {
  return {in_range(rng, 0, 255), in_range(rng, 0, 255), in_range(rng, 0, 255)};
}

Colour mixed(const Colour& a, const Colour& b, double share_of_b) {
  Colour out;
  for (int c = 0; c < kChannels; ++c) out[c] = a[c] + (b[c] - a[c]) * share_of_b;
  return out;
}

double luma(const Colour& c) { return 0.299 * c[0] + 0.587 * c[1] + 0.114 * c[2]; }

/// A colour whose brightness is away from that of all `others`, so that what it paints can be seen
/// through a JPEG's coarse chroma too. Some distance is always found: the bound falls slowly.
Colour contrasting(Rng& rng, std::span<const Colour> others) {
  for (double bound = 80;; bound *= 0.98) {
    const Colour colour = any_colour(rng);
    if (std::ranges::all_of(others, [&](const Colour& other) {
          return std::abs(luma(colour) - luma(other)) >= bound;
        })) {
      return colour;
    }
  }
}

/// Where a figure stands: maps pixels to its own coordinates.
struct Pose {
  Point centre;  // px
  double radius = 1;
  double cosine = 1;
  double sine = 0;

  [[nodiscard]] Point local(Point p) const {
    const double x = (p.x - centre.x) / radius;
    const double y = (p.y - centre.y) / radius;
    return {cosine * x + sine * y, cosine * y - sine * x};
  }
};

Pose posed(Rng& rng, Point centre, double radius) {
  const double angle = in_range(rng, 0, 2 * std::numbers::pi);
  return {centre, radius, std::cos(angle), std::sin(angle)};
}

/// The picture while it is being made: (height, width, 3) f64, u8 levels.
class Canvas {
 public:
  explicit Canvas(Size size) : size_(size), light_(static_cast<std::size_t>(size.area())) {}

  [[nodiscard]] Size size() const { return size_; }
  Colour& at(int x, int y) {
    return light_[static_cast<std::size_t>(y) * static_cast<std::size_t>(size_.width) +
                  static_cast<std::size_t>(x)];
  }

  /// Paints the points of the unit disc for which `inside` holds with `colour`, both functions of
  /// the figure's own coordinates; 2 x 2 samples a pixel.
  template <class Inside, class ColourAt>
  void paint(const Pose& pose, const Inside& inside, const ColourAt& colour) {
    const auto [x0, x1] = span(pose.centre.x, pose.radius, size_.width);
    const auto [y0, y1] = span(pose.centre.y, pose.radius, size_.height);
    for (int y = y0; y < y1; ++y) {
      for (int x = x0; x < x1; ++x) {
        Colour sum{};
        for (const Point offset : kSamples) {
          const Point local = pose.local({x + offset.x, y + offset.y});
          const Colour& seen = inside(local) ? colour(local) : at(x, y);
          for (int c = 0; c < kChannels; ++c) sum[c] += seen[c] / kSamples.size();
        }
        at(x, y) = sum;
      }
    }
  }

 private:
  static constexpr std::array<Point, 4> kSamples{
      {{0.25, 0.25}, {0.75, 0.25}, {0.25, 0.75}, {0.75, 0.75}}};

  static std::array<int, 2> span(double centre, double radius, int side) {
    return {std::max(0, static_cast<int>(centre - radius)),
            std::min(side, static_cast<int>(centre + radius) + 1)};
  }

  Size size_;
  std::vector<Colour> light_;
};

/// A shade from one colour to another in a random direction.
void paint_ground(Canvas& canvas, const std::array<Colour, 2>& ground, Rng& rng) {
  const Size size = canvas.size();
  const Point middle{size.width / 2.0, size.height / 2.0};
  const Pose pose = posed(rng, middle, std::hypot(middle.x, middle.y));
  for (int y = 0; y < size.height; ++y) {
    for (int x = 0; x < size.width; ++x) {
      const double along = pose.local({x + 0.5, y + 0.5}).x;  // -1 ... 1
      canvas.at(x, y) = mixed(ground[0], ground[1], (along + 1) / 2);
    }
  }
}

/// Short strokes and spots, small beside the object.
void paint_clutter(Canvas& canvas, Rng& rng) {
  const Size size = canvas.size();
  const std::int64_t count = rng.between(4, 12);
  for (std::int64_t i = 0; i < count; ++i) {
    const Point centre{in_range(rng, 0, size.width), in_range(rng, 0, size.height)};
    const Pose pose = posed(rng, centre, in_range(rng, 0.04, 0.16) * size.short_side());
    const double thickness = in_range(rng, 0.1, 0.6);
    const Colour colour = any_colour(rng);
    canvas.paint(
        pose, [&](Point p) { return p.x * p.x + p.y * p.y < 1 && std::abs(p.y) < thickness; },
        [&](Point) -> const Colour& { return colour; });
  }
}

/// Nearer to the middle than to the edges, along both axes.
double placed(Rng& rng, double side, double radius) {
  const double off = (rng.uniform() + rng.uniform()) - 1;
  return side / 2 + off * std::max(0.0, side / 2 - 0.85 * radius);
}

void paint_object(Canvas& canvas, const Subject& subject, const std::array<Colour, 2>& ground,
                  Rng& rng) {
  const Size size = canvas.size();
  const double radius = in_range(rng, 0.28, 0.47) * size.short_side();
  const Point centre{placed(rng, size.width, radius), placed(rng, size.height, radius)};
  const Pose pose = posed(rng, centre, radius);
  const Colour first = contrasting(rng, ground);
  const Colour second = contrasting(rng, {&first, 1});
  const Point origin{in_range(rng, -1, 1), in_range(rng, -1, 1)};
  const Pose texture = posed(rng, origin, in_range(rng, 0.32, 0.5));
  canvas.paint(pose, subject.shape->holds, [&](Point p) -> const Colour& {
    return subject.texture->holds(texture.local(p)) ? second : first;
  });
}

/// Rounds to bytes under even noise, the same in all channels of a pixel.
Image developed(Canvas& canvas, double noise, Rng& rng) {
  Image image(canvas.size());
  for (int y = 0; y < canvas.size().height; ++y) {
    std::uint8_t* out = image.view().row(y);
    for (int x = 0; x < canvas.size().width; ++x) {
      const double grain = noise * (rng.bits() * 0x1p-31 - 1);
      for (const double level : canvas.at(x, y)) {
        *out++ = static_cast<std::uint8_t>(std::clamp(level + grain, 0.0, 255.0) + 0.5);
      }
    }
  }
  return image;
}

}  // namespace

Image draw(const Subject& subject, Size size, Rng& rng) {
  Canvas canvas(size);
  const std::array ground{any_colour(rng), any_colour(rng)};
  paint_ground(canvas, ground, rng);
  paint_clutter(canvas, rng);
  paint_object(canvas, subject, ground, rng);
  return developed(canvas, in_range(rng, 2, 20), rng);
}

}  // namespace vggflow
