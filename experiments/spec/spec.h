#pragma once

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/export.h"
#include "base/value.h"
#include "nets/engine.h"
#include "nets/net.h"
#include "nets/parameters.h"
#include "nets/weights_file.h"
#include "pipeline/flow.h"
#include "pipeline/planner.h"
#include "pipeline/stage.h"

namespace vggflow {

/// `init: {kind: he}` or `init: {from: A-256, layers: [conv1_1, fc6], kind: gaussian, std: 0.01}`.
struct InitSpec {
  Initialisation random;
  std::string from;  ///< another experiment's name or a path to a weights file; may be empty
  std::vector<std::string> layers;  ///< taken from there; empty: all, and then nothing is random
};

/// A length in iterations or epochs.
struct Length {
  double count = 0;
  bool epochs = false;
  /// Rounded down; `per_epoch` iterations make an epoch.
  [[nodiscard]] std::uint64_t iterations(std::uint64_t per_epoch) const {
    return static_cast<std::uint64_t>(epochs ? count * static_cast<double>(per_epoch) : count);
  }
  /// Of what comes again and again: at least one.
  [[nodiscard]] std::uint64_t interval(std::uint64_t per_epoch) const {
    return std::max<std::uint64_t>(1, iterations(per_epoch));
  }
};

/// `schedule: constant`, `schedule: {step: {epochs: [12, 17], factor: 0.1}}` (or `iterations:`) or
/// `schedule: {plateau: {patience: 5, threshold: 0.1, drops: 3, factor: 0.1}}`.
struct ScheduleSpec {
  enum class Kind {
    constant,
    step,     ///< the rate is multiplied by `factor` from each of `at` on
    plateau,  ///< ... when `patience` validations in a row did not better the best top-1 error
  };
  Kind kind = Kind::constant;
  std::vector<Length> at = {};
  double factor = 0.1;
  int patience = 5;               ///< validations
  double threshold = 0.1;         ///< points of top-1 error that count as better
  std::optional<int> drops = {};  ///< at most so many; none: any number
};

/// `validation: {epochs: 1, images: 5000, scale: 256, batch: 64}` (or `iterations:`): a quick pass
/// over the centre crops of `images` images of data.val, evenly spread over its order.
struct ValidationSpec {
  Length every;
  std::optional<std::uint64_t> images = {};  ///< none: all
  int scale = 0;                             ///< Q, px
  int batch = 64;
};

/// `early_stop: {patience: 10, threshold: 0.1}`: training ends when so many validations in a row
/// did not better the best top-1 error by so many points.
struct EarlyStopSpec {
  int patience = 10;
  double threshold = 0.1;
};

/// `checkpoint: {iterations: 1000, minutes: 10, keep: 2}` (or `epochs:`); minutes alone unless it
/// is given. Whatever comes first.
struct CheckpointSpec {
  std::optional<Length> every = {};
  double minutes = 10;  ///< 0: never because of the time
  int keep = 2;
};

/// What a loss that is not finite does.
enum class OnNan {
  stop,    ///< ends the run with an Error
  reload,  ///< goes back to the last checkpoint of `checkpoint.every` and lowers the rate
};

/// `train: {batch: 256, accumulate: 1, iterations: 370000 | epochs: 74, sgd: {rate, momentum,
/// decay, multipliers: {fc8: 10, conv1_1: 0}}, schedule: ..., warmup: {iterations | epochs},
/// validation:
/// ..., early_stop: ..., checkpoint: ..., on_nan: stop | reload, log_every: 20}`
struct TrainSpec {
  int batch = 0;
  int accumulate = 1;  ///< parts of a batch that go through the net one after the other
  Length length;
  Rates sgd;
  std::map<std::string, double> multipliers = {};  ///< of the rate, by layer; 0 freezes it
  ScheduleSpec schedule;
  std::optional<Length> warmup = {};  ///< the rate rises linearly over the first iterations
  std::optional<ValidationSpec> validation = {};
  std::optional<EarlyStopSpec> early_stop = {};
  CheckpointSpec checkpoint = {};
  OnNan on_nan = OnNan::stop;
  int log_every = 20;  ///< iterations
};

/// What an evaluation looks at, per scale.
struct ViewsSpec {
  enum class Kind {
    dense,     ///< the whole picture: fully connected layers slide
    center,    ///< one crop
    grid,      ///< `grid` x `grid` crops, evenly spread from border to border
    ten_crop,  ///< the four corners and the centre, and their mirror images
  };
  Kind kind = Kind::dense;
  int grid = 0;        ///< crops a side
  bool mirror = true;  ///< posteriors of each view and its mirror image are averaged
  /// "dense+mirror", "grid5", "ten_crop": for results and messages.
  [[nodiscard]] VGGFLOW_API std::string text() const;
};

/// One entry of `evaluate:`, either `single: {scales: [256], views: dense | center | ten_crop |
/// {grid: 5, mirror: true}, mirror: true, aggregate: scores | posteriors, keep: mean | views,
/// batch: 64, max_pixels: 16777216}` or `both: {combine: [multi, crops]}`.
struct EvaluationSpec {
  std::string name = {};
  std::vector<int> scales = {};  ///< Q, px; none of a combination
  ViewsSpec views = {};
  Aggregate aggregate = Aggregate::scores;
  bool keep_views = false;               ///< store the posteriors of every scale and view as well
  int batch = 64;                        ///< most slots scored at once
  std::int64_t max_pixels = 16LL << 20;  ///< of a rescaled picture; a larger one fails
  /// Other evaluations of the spec: their stored posteriors are averaged, and nothing is scored.
  std::vector<std::string> combine = {};
  /// All views, scale by scale, each followed by its mirror. Posteriors are averaged in this order.
  [[nodiscard]] VGGFLOW_API std::vector<View> all_views(int crop) const;
};

/// `compute: {engine: auto | onednn | cudnn | reference, threads: 0, precision: bf16 | tf32 | f32,
/// deterministic: false, workspace: 1024}`; threads 0: all of the machine. The last three are of
/// cudnn alone; workspace, in MiB, is what the computation of one layer may take beside its
/// tensors.
struct ComputeSpec {
  std::string engine;
  int threads = 0;
  Precision precision = Precision::bf16;
  bool deterministic = false;
  int workspace_mib = 1024;
};

/// `feed: {workers: 0, prefetch: 2, on_error: skip | fail | substitute, max_errors: 100}`; workers
/// 0: all of the machine; without max_errors any number of images may fail. Nothing here changes a
/// byte of a batch (but what a failed image is replaced by).
struct FeedSpec {
  int workers = 0;
  int prefetch = 2;
  OnError on_error = OnError::skip;
  std::optional<std::uint64_t> max_errors = {};  ///< of distinct images, in one flow
};

/// An experiment, resolved and checked.
struct Spec {
  std::string name;
  std::uint64_t seed = 1;
  Net net;
  InitSpec init;
  Value train_data;  ///< SOURCE maps of `data: {train, val}`; null where not given
  Value val_data;
  StageList stages;
  Preprocessing preprocessing;  ///< what the stages' normalisation and decode amount to
  std::optional<TrainSpec> train;
  std::vector<EvaluationSpec> evaluations;
  ComputeSpec compute;
  FeedSpec feed;
  /// All of it after extends, overlay, --set and miniature; defaults are not filled in.
  Value resolved;

  /// Error (usage) naming the known ones.
  [[nodiscard]] VGGFLOW_API const EvaluationSpec& evaluation(const std::string& name) const;
};

/// What the command line lays over a spec's text.
struct SpecEdits {
  std::vector<std::filesystem::path> overlays = {};  ///< deep-merged in order, after `extends`
  std::vector<std::string> settings = {};            ///< "train.batch=64", after the overlays
};

/// A YAML file as plain data, `extends` followed and merged. Error (spec) for bad YAML, duplicate
/// keys, a missing file or a circle of extends.
[[nodiscard]] VGGFLOW_API Value read_yaml(const std::filesystem::path& path);
/// The text as YAML that read_yaml() reads back to the same data.
[[nodiscard]] VGGFLOW_API std::string to_yaml(const Value& value);

/// Maps merge key by key, anything else replaces. Null removes: it stays as a null, so that
/// overlays can be laid over overlays, until remove_nulls() takes it away with its key. A map over
/// a list of stages
/// (`pipeline: {flip: {probability: 0}, colour_shift: null}`) edits the stages of that name: a map
/// merges into its parameters, null removes it; a stage that is not there is appended.
VGGFLOW_API void merge(Value& onto, const Value& from);
/// Drops the keys whose value is null, but for stages without parameters (`- flip:`).
VGGFLOW_API void remove_nulls(Value& value);
/// "a.b.c=value"; the value is YAML.
VGGFLOW_API void apply_setting(Value& onto, const std::string& setting);
/// `miniature: K` divides crop, S, Q and channels by K, fc6/fc7 too unless `fully_connected` is
/// given; removes the key. Error (spec) where K does not divide.
VGGFLOW_API void apply_miniature(Value& spec);

/// Reads, merges, applies the edits and `miniature`, checks. Error (spec) with file, line and key
/// path.
[[nodiscard]] VGGFLOW_API Spec read_spec(const std::filesystem::path& path,
                                         const SpecEdits& edits = {});
/// The checking half: from merged data.
[[nodiscard]] VGGFLOW_API Spec make_spec(Value resolved);

}  // namespace vggflow
