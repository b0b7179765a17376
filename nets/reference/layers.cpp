#include "nets/reference/layers.h"

#include <algorithm>
#include <cmath>
#include <string>

namespace vggflow::reference {
namespace {

/// Output positions along one axis whose tap lies inside the input.
struct Range {
  int first;
  int last;  ///< one past
  Range(int offset, int inputs, int outputs)
      : first(std::max(0, -offset)), last(std::min(outputs, inputs - offset)) {}
};

Shape filtered(const Shape& in, const Filter& filter) {
  return {filter.outputs, in.height + 2 * filter.pad - filter.height + 1,
          in.width + 2 * filter.pad - filter.width + 1};
}

/// The whole of a convolution as rows: calls visit(weight index, output index, input index, length)
/// for every weight and every row of outputs that it touches. `in` and `out` only give geometry.
template <class Visit>
void for_each_row(const Filter& filter, const Map& in, const Map& out, Visit visit) {
  std::size_t weight = 0;
  for (int o = 0; o < filter.outputs; ++o) {
    for (int c = 0; c < filter.inputs; ++c) {
      for (int ky = 0; ky < filter.height; ++ky) {
        const int dy = ky - filter.pad;
        const Range rows(dy, in.shape.height, out.shape.height);
        for (int kx = 0; kx < filter.width; ++kx, ++weight) {
          const int dx = kx - filter.pad;
          const Range columns(dx, in.shape.width, out.shape.width);
          if (columns.first >= columns.last) continue;
          for (int y = rows.first; y < rows.last; ++y) {
            visit(weight, out.index(o, y, columns.first), in.index(c, y + dy, columns.first + dx),
                  columns.last - columns.first);
          }
        }
      }
    }
  }
}

/// Index of the first maximum of a pooling window, row-major.
std::size_t argmax(const Map& in, int window, int c, int y, int x) {
  std::size_t best = in.index(c, y * window, x * window);
  for (int dy = 0; dy < window; ++dy) {
    for (int dx = 0; dx < window; ++dx) {
      const std::size_t here = in.index(c, y * window + dy, x * window + dx);
      if (in.values[here] > in.values[best]) best = here;
    }
  }
  return best;
}

/// Calls visit(c, y, x) for every element.
template <class Visit>
void for_each_element(const Shape& shape, Visit visit) {
  for (int c = 0; c < shape.channels; ++c) {
    for (int y = 0; y < shape.height; ++y) {
      for (int x = 0; x < shape.width; ++x) visit(c, y, x);
    }
  }
}

/// Sum of value(j) over the channels j that LRN's window around channel c holds.
template <class Value>
double window_sum(const Lrn& layer, int channels, int c, Value value) {
  double sum = 0;
  const int half = layer.size / 2;
  for (int j = std::max(0, c - half); j <= std::min(channels - 1, c + half); ++j) sum += value(j);
  return sum;
}

/// k + alpha / size * sum of squares, for every element.
Map lrn_scale(const Map& in, const Lrn& layer) {
  Map scale(in.shape);
  for_each_element(in.shape, [&](int c, int y, int x) {
    const auto square = [&](int j) { return in.at(j, y, x) * in.at(j, y, x); };
    scale.at(c, y, x) =
        layer.k + layer.alpha / layer.size * window_sum(layer, in.shape.channels, c, square);
  });
  return scale;
}

}  // namespace

Map convolution(const Map& in, const Filter& filter, const Values& weights, const Values& bias) {
  Map out(filtered(in.shape, filter));
  for_each_element(
      out.shape, [&](int c, int y, int x) { out.at(c, y, x) = bias[static_cast<std::size_t>(c)]; });
  for_each_row(filter, in, out, [&](std::size_t w, std::size_t to, std::size_t from, int length) {
    for (int x = 0; x < length; ++x) out.values[to + x] += weights[w] * in.values[from + x];
  });
  return out;
}

Map convolution_backward(const Map& in, const Filter& filter, const Values& weights,
                         const Map& out_gradient, Values& weight_gradient, Values& bias_gradient) {
  Map in_gradient(in.shape);
  for_each_element(out_gradient.shape, [&](int c, int y, int x) {
    bias_gradient[static_cast<std::size_t>(c)] += out_gradient.at(c, y, x);
  });
  for_each_row(filter, in, out_gradient,
               [&](std::size_t w, std::size_t out, std::size_t from, int length) {
                 for (int x = 0; x < length; ++x) {
                   const double g = out_gradient.values[out + x];
                   in_gradient.values[from + x] += weights[w] * g;
                   weight_gradient[w] += in.values[from + x] * g;
                 }
               });
  return in_gradient;
}

Map relu(const Map& in) {
  Map out = in;
  for (double& v : out.values) v = std::max(v, 0.0);
  return out;
}

Map relu_backward(const Map& in, const Map& out_gradient) {
  Map in_gradient = out_gradient;
  for (std::size_t i = 0; i < in.values.size(); ++i) {
    if (!(in.values[i] > 0)) in_gradient.values[i] = 0;
  }
  return in_gradient;
}

Map max_pool(const Map& in, int window) {
  Map out({in.shape.channels, in.shape.height / window, in.shape.width / window});
  for_each_element(out.shape, [&](int c, int y, int x) {
    out.at(c, y, x) = in.values[argmax(in, window, c, y, x)];
  });
  return out;
}

Map max_pool_backward(const Map& in, int window, const Map& out_gradient) {
  Map in_gradient(in.shape);
  for_each_element(out_gradient.shape, [&](int c, int y, int x) {
    in_gradient.values[argmax(in, window, c, y, x)] += out_gradient.at(c, y, x);
  });
  return in_gradient;
}

Map lrn(const Map& in, const Lrn& layer) {
  const Map scale = lrn_scale(in, layer);
  Map out = in;
  for (std::size_t i = 0; i < out.values.size(); ++i) {
    out.values[i] *= std::pow(scale.values[i], -layer.beta);
  }
  return out;
}

// With s_c the scale and y_c = x_c s_c^-beta:
// dL/dx_i = g_i s_i^-beta - 2 alpha beta / size * x_i * sum over c near i of g_c x_c s_c^(-beta -
// 1)
Map lrn_backward(const Map& in, const Lrn& layer, const Map& out_gradient) {
  const Map scale = lrn_scale(in, layer);
  Map in_gradient(in.shape);
  for_each_element(in.shape, [&](int i, int y, int x) {
    const auto through_scale = [&](int c) {
      return out_gradient.at(c, y, x) * in.at(c, y, x) *
             std::pow(scale.at(c, y, x), -layer.beta - 1);
    };
    in_gradient.at(i, y, x) = out_gradient.at(i, y, x) * std::pow(scale.at(i, y, x), -layer.beta) -
                              2 * layer.alpha * layer.beta / layer.size * in.at(i, y, x) *
                                  window_sum(layer, in.shape.channels, i, through_scale);
  });
  return in_gradient;
}

Values dropout_mask(const DropoutSource& source, int layer, double probability,
                    std::size_t elements) {
  const PhiloxKey key = stream_key(source.seed, "dropout#" + std::to_string(layer));
  Values mask(elements);
  for (std::size_t e = 0; e < elements; ++e) {
    const PhiloxCounter words =
        philox({static_cast<std::uint32_t>(e / 4), static_cast<std::uint32_t>(source.iteration),
                static_cast<std::uint32_t>(source.position),
                static_cast<std::uint32_t>(source.position >> 32)},
               key);
    mask[e] = words[e % 4] >= probability * 0x1p32 ? 1 / (1 - probability) : 0;
  }
  return mask;
}

Map masked(Map map, const Values& mask) {
  for (std::size_t i = 0; i < mask.size(); ++i) map.values[i] *= mask[i];
  return map;
}

Values softmax(std::span<const double> scores) {
  const double most = *std::max_element(scores.begin(), scores.end());
  Values posteriors;
  double sum = 0;
  for (const double s : scores) sum += posteriors.emplace_back(std::exp(s - most));
  for (double& p : posteriors) p /= sum;
  return posteriors;
}

double softmax_loss(std::span<const double> scores, int label) {
  const double most = *std::max_element(scores.begin(), scores.end());
  double sum = 0;
  for (const double s : scores) sum += std::exp(s - most);
  return std::log(sum) + most - scores[static_cast<std::size_t>(label)];
}

Values softmax_loss_gradient(std::span<const double> scores, int label, double weight) {
  Values gradient = softmax(scores);
  gradient[static_cast<std::size_t>(label)] -= 1;
  for (double& g : gradient) g *= weight;
  return gradient;
}

}  // namespace vggflow::reference
