#pragma once

#include <cmath>
#include <vector>

#include "nets/cudnn/kernels/aggregate_body.h"
#include "nets/cudnn/kernels/column_sums_body.h"
#include "nets/cudnn/kernels/dropout_body.h"
#include "nets/cudnn/kernels/input_body.h"
#include "nets/cudnn/kernels/loss_body.h"
#include "nets/cudnn/kernels/lrn_body.h"
#include "nets/cudnn/kernels/max_pool_body.h"
#include "nets/cudnn/kernels/relu_body.h"
#include "nets/cudnn/kernels/sgd_body.h"
#include "nets/engine.h"

/// The kernels' bodies run over all that the card's threads would, one after the other. What the
/// kernels do is tested here, and the kernels against this.
namespace vggflow::cudnn::on_host {

/// What a DeviceBatch leads to.
struct Input {
  std::vector<std::uint8_t> pixels;
  std::vector<cuda::Cut> cuts;
  std::vector<float> colour;  // (N, 12)
  std::vector<float> weights;
};

template <class T>
void convert_input(const Input& input, Size image, bool skip_weightless, T* out) {
  for (std::size_t n = 0; n < input.cuts.size(); ++n) {
    const SlotSource slot =
        slot_source(input.pixels.data(), input.cuts[n], input.colour.data() + n * 12);
    for (int y = 0; y < image.height; ++y) {
      for (int x = 0; x < image.width; ++x, out += kInputChannels) {
        const bool left_out = skip_weightless && input.weights[n] == 0;
        store_pixel(out, left_out ? Lanes<float>{} : convert_pixel(slot, image.width, y, x));
      }
    }
  }
}

template <class T, int kWindow = 0>
void max_pool(const MapShape& source, int window, const T* in, T* out, std::uint8_t* places) {
  const std::int64_t packs = pooled_packs<T>(source, window);
  for (std::int64_t i = 0; i < packs; ++i) {
    pool_pack<T, kWindow>({source, window, in, out, places}, i);
  }
}

template <class T, int kWindow = 0>
void max_pool_gradient(const MapShape& source, int window, const T* relu_output,
                       const std::uint8_t* places, const T* gradient, T* source_gradient) {
  const Unpooling<T> unpooling{source, window, relu_output, places, gradient, source_gradient};
  const std::int64_t cells = unpooled_cells<T>(source, window);
  for (std::int64_t i = 0; i < cells; ++i) unpool_cell<T, kWindow>(unpooling, i);
}

template <class T>
void relu(std::vector<T>& values) {
  for (std::size_t i = 0; i < values.size(); i += kLanes<T>) {
    store(&values[i], relu_of<T>(load(&values[i])));
  }
}

template <class T>
void mask_relu(const std::vector<T>& output, std::vector<T>& gradient) {
  for (std::size_t i = 0; i < gradient.size(); i += kLanes<T>) {
    store(&gradient[i], mask_relu_of<T>(load(&output[i]), load(&gradient[i])));
  }
}

/// The partial sums of both steps, in the order in which the threads add them.
template <class T>
std::vector<float> column_sums(const std::vector<T>& rows, std::int64_t n, int columns) {
  const ColumnTiles tiles = column_tiles<T>(n, columns);
  const int tile_columns = tiles.tile * kLanes<T>;
  std::vector<float> partial(static_cast<std::size_t>(tiles.chunks * columns), NAN);
  std::vector<float> lines(static_cast<std::size_t>(tiles.lines * tile_columns), NAN);
  for (std::int64_t chunk = 0; chunk < tiles.chunks; ++chunk) {
    const std::int64_t first = chunk * tiles.chunk_rows;
    const std::int64_t last = std::min(first + tiles.chunk_rows, n);
    for (int pack = 0; pack < tiles.packs; ++pack) {
      const int column = pack * kLanes<T>;
      for (int line = 0; line < tiles.lines; ++line) {
        const auto sum =
            sum_of_rows(rows.data() + column, columns, first + line, last, tiles.lines);
        float* to = lines.data() + line * tile_columns + column % tile_columns;
        std::copy_n(sum.values, kLanes<T>, to);
      }
      for (int i = 0; i < kLanes<T>; ++i) {
        partial[static_cast<std::size_t>(chunk * columns + column + i)] =
            sum_in_order(lines.data() + column % tile_columns + i, tiles.lines, tile_columns);
      }
    }
  }
  std::vector<float> sums;
  for (int column = 0; column < columns; ++column) {
    float of_lines[kChunkLines];
    for (int line = 0; line < kChunkLines; ++line) {
      of_lines[line] = sum_of_chunks(partial.data(), tiles.chunks, columns, column, line);
    }
    sums.push_back(sum_in_order(of_lines, kChunkLines, 1));
  }
  return sums;
}

template <class T>
void dropout(T* values, const MapShape& shape, int channels, const DropoutRule& rule,
             const DeviceStep& step) {
  const std::int64_t groups = dropout_groups<T>(shape);
  for (std::int64_t i = 0; i < groups; ++i) drop_group(values, shape, channels, rule, step, i);
}

template <class T>
void dropout_gradient(const std::vector<T>& output, std::vector<T>& gradient, float scale) {
  for (std::size_t i = 0; i < gradient.size(); i += kLanes<T>) {
    store(&gradient[i], scale_where_above_zero<T>(load(&output[i]), load(&gradient[i]), scale));
  }
}

/// By `threads` that share the row.
inline double log_sum_exp(const float* scores, int classes, int threads) {
  float largest = -std::numeric_limits<float>::infinity();
  double sum = 0;
  for (int t = 0; t < threads; ++t) {
    largest = std::fmax(largest, largest_score(scores, classes, t, threads));
  }
  for (int t = 0; t < threads; ++t) {
    sum += sum_of_exponentials(scores, classes, largest, t, threads);
  }
  return largest + std::log(sum);
}

template <class T>
DeviceSums softmax_loss(const float* logits, int classes, int stride, const DeviceStep& step,
                        std::int32_t label, float weight, T* gradient, int threads) {
  const LabelledSlot slot = labelled_slot(label, weight, step);
  const double log_sum = weight == 0 ? 0 : log_sum_exp(logits, classes, threads);
  int before = 0;
  for (int t = 0; t < threads; ++t) {
    write_loss_gradient(logits, classes, stride, slot, log_sum, t, threads, gradient);
    if (weight != 0) before += classes_before(logits, classes, label, t, threads);
  }
  return weight == 0 ? DeviceSums{} : slot_sums(logits, slot, log_sum, before);
}

/// By `threads` in a grid; true where all new weights are finite.
template <class T>
bool sgd_step(const Arena& arena, T* copy, std::int64_t elements, const DeviceRates& rates,
              std::int64_t threads) {
  bool all_finite = true;
  for (std::int64_t t = 0; t < threads; ++t) {
    int at = 0;
    for (std::int64_t i = t * 4; i < elements; i += threads * 4) {
      const SgdPacks packs = load_sgd(arena, i, rates, at);
      all_finite = make_sgd_step(packs, rates, arena, copy, i) && all_finite;
    }
  }
  return all_finite;
}

template <class T>
std::vector<float> widened_row(const T* from, int count) {
  std::vector<float> row;
  for (int i = 0; i < count; ++i) row.push_back(static_cast<float>(from[i]));
  return row;
}

template <class T>
void lrn(const MapShape& shape, const LrnRule& rule, const T* in, T* out) {
  for (std::int64_t i = 0; i < shape.elements(); i += shape.channels) {
    const auto row = widened_row(in + i, shape.channels);
    for (int c = 0; c < shape.channels; ++c) out[i + c] = T(lrn_value(rule, row.data(), c));
  }
}

template <class T>
void lrn_gradient(const MapShape& shape, const LrnRule& rule, const T* in, const T* gradient,
                  T* in_gradient) {
  for (std::int64_t i = 0; i < shape.elements(); i += shape.channels) {
    const auto row = widened_row(in + i, shape.channels);
    auto direct = widened_row(gradient + i, shape.channels);
    std::vector<float> through(direct.size(), NAN);
    for (int c = 0; c < shape.channels; ++c) {
      const auto at = static_cast<std::size_t>(c);
      split_lrn_gradient(rule, row.data(), c, direct[at], through[at]);
    }
    for (int c = 0; c < shape.channels; ++c) {
      in_gradient[i + c] = T(join_lrn_gradient(rule, row.data(), direct.data(), through.data(), c));
    }
  }
}

/// Of one slot, in tiles of `tile` positions.
inline std::vector<float> aggregate(const float* map, int positions, int classes, int stride,
                                    Aggregate how, int tile) {
  std::vector<float> out;
  if (how == Aggregate::scores) {
    for (int c = 0; c < classes; ++c) out.push_back(mean_score(map, positions, stride, c));
    const double log_sum = log_sum_exp(out.data(), classes, 32);
    for (float& v : out) v = static_cast<float>(std::exp(v - log_sum));
    return out;
  }
  std::vector<double> means(static_cast<std::size_t>(classes));
  for (int first = 0; first < positions; first += tile) {
    const float* from = map + std::int64_t{first} * stride;
    const int count = std::min(tile, positions - first);
    std::vector<double> log_sums;
    for (int p = 0; p < count; ++p) {
      log_sums.push_back(log_sum_exp(from + std::int64_t{p} * stride, classes, 32));
    }
    for (int c = 0; c < classes; ++c) {
      add_posteriors(from, count, positions, stride, c, log_sums.data(),
                     means[static_cast<std::size_t>(c)]);
    }
  }
  return {means.begin(), means.end()};
}

}  // namespace vggflow::cudnn::on_host
