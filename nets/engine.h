#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/batch.h"
#include "base/export.h"
#include "base/span_log.h"
#include "nets/comm/communicator.h"
#include "nets/net.h"
#include "nets/parameters.h"

namespace vggflow {

/// What keys and scales one accumulate().
struct Step {
  std::uint64_t iteration = 0;
  std::uint64_t first_position = 0;  ///< global position of slot 0: keys dropout, so that any
                                     ///< number of shards draws the same masks
  double weight_sum = 0;  ///< of the whole global batch: every sample's loss is divided by it
};

/// What update() needs. SGD as Caffe and the paper: v <- momentum * v - rate * (gradient + decay *
/// w); w <- w + v, on weights and biases alike.
struct Rates {
  double rate = 0;
  double momentum = 0.9;
  double decay = 0;
};

/// Of one iteration, over the whole global batch.
struct StepResult {
  std::uint64_t iteration = 0;
  double loss = 0;         ///< mean over the weights; not a number where that, or a weight of a
                           ///< layer that learns, is not finite once update() is done
  double top1_errors = 0;  ///< weighted counts
  double top5_errors = 0;
  double weight_sum = 0;
};

/// What an exact resume needs besides the parameters.
struct State {
  Parameters momenta;
};

/// Scores of a batch: (N, classes) f32, softmax posteriors.
struct Scores {
  int slots = 0;
  int classes = 0;
  std::vector<float> values;
  [[nodiscard]] const float* row(int n) const {
    return values.data() + static_cast<std::size_t>(n) * static_cast<std::size_t>(classes);
  }
};

/// Dense scoring averages the class-score map over space before or after the softmax.
enum class Aggregate { scores, posteriors };

/// What activations are stored and multiplied in, where an engine offers a choice. Weights, momenta
/// and loss are f32 in any case, and so is every sum.
enum class Precision {
  bf16,  ///< stored and multiplied in bfloat16
  tf32,  ///< stored in f32, multiplied with 10 bits of mantissa
  f32,
};
[[nodiscard]] VGGFLOW_API std::string to_string(Precision precision);

/// Of engines that compute on a card.
struct CardOptions {
  Precision precision = Precision::bf16;
  bool deterministic = false;  ///< the same bits from run to run, at some cost in speed
  std::size_t workspace = std::size_t{1} << 30;  ///< bytes, at most, for one layer's computation
  int device = 0;                                ///< as CUDA numbers them
  /// Where the fastest ways of computing layers are kept from run to run; not kept if empty.
  std::filesystem::path plans = {};
};

struct EngineOptions {
  int batch = 0;           ///< slots of a training batch of this process; 0: only scores
  std::uint64_t seed = 0;  ///< of the dropout masks
  int threads = 0;         ///< compute threads; 0: as many as the machine has
  Aggregate aggregate = Aggregate::scores;
  /// Of the learning rate, by layer, 1 where not given; 0 freezes a layer: it keeps its weights,
  /// and no gradient of it is computed.
  std::map<std::string, double> rate_multipliers = {};
  bool time_layers = false;  ///< collect layer_times()
  bool note_spans = false;   ///< collect take_spans()
  CardOptions card = {};
  std::shared_ptr<Communicator> communicator = single_process();
};

/// Memory that an engine holds on purpose.
struct MemoryItem {
  std::string what;  ///< "parameters", "momenta", "stored activations" ...
  std::size_t bytes = 0;
};

/// Where the time of training steps went.
struct LayerTimes {
  std::string layer;  ///< "conv1_1", "pool1", "input", "loss", "update" ...
  double forward_s = 0;
  double backward_s = 0;
};

/// A compiled net. Called by one thread. Errors are Error (engine).
///
/// Dropout masks: element e (over (C, H, W) of one sample) of dropout layer d of the sample at
/// global position p in iteration i is kept iff word e % 4 of philox({e / 4, i, p low, p high},
/// stream_key(seed, "dropout#d")) >= probability * 2^32, d counting dropout layers from 0.
class VGGFLOW_API Engine {
 public:
  virtual ~Engine() = default;
  /// Named host tensors, f32, Caffe layer names and shapes; check_parameters() first.
  virtual void load(const Parameters& parameters) = 0;
  [[nodiscard]] virtual Parameters parameters() const = 0;
  [[nodiscard]] virtual State state() const = 0;
  virtual void restore(const State& state) = 0;
  /// Forward and backward; gradients add up until update().
  virtual void accumulate(const Batch& batch, const Step& step) = 0;
  /// Reduces over the communicator, makes one SGD step, clears the gradients.
  virtual void update(const Rates& rates) = 0;
  /// The result of the oldest iteration not yet reported, once it is known; it may come a step or
  /// more after update(). A result is complete when its update() was called.
  [[nodiscard]] virtual std::optional<StepResult> poll() = 0;
  /// Waits until all results so far can be polled.
  virtual void settle() {}
  /// Posteriors for pictures of any H x W >= least_input_side(): dense. Never changes training
  /// state.
  virtual void score(const Batch& batch, Scores& scores) = 0;
  /// The gradients accumulated so far; for tests.
  [[nodiscard]] virtual Parameters gradients() const = 0;
  /// Item by item, of now; empty of an engine that keeps no account.
  [[nodiscard]] virtual std::vector<MemoryItem> memory() const { return {}; }
  /// Sums over the steps since the last call, in the order of the forward pass; empty unless
  /// EngineOptions::time_layers asked for it and the engine can tell.
  [[nodiscard]] virtual std::vector<LayerTimes> layer_times() { return {}; }
  /// What ran on a device since the last call, as far as it is done, on the host's clock; empty
  /// unless EngineOptions::note_spans asked for it and the engine has a device.
  [[nodiscard]] virtual std::vector<TimedSpan> take_spans() { return {}; }
  /// "onednn 2.6.3, 2 threads": for provenance.
  [[nodiscard]] virtual std::string description() const = 0;
};

/// What an engine says of itself.
struct EngineSchema {
  std::string_view name;
  std::string_view doc;  ///< one line
  /// Error (engine) where the engine cannot run here or cannot compile the net.
  std::function<std::unique_ptr<Engine>(const Net&, const EngineOptions&)> make;
  /// Why it cannot run on this machine; empty where it can.
  std::function<std::string()> why_not = [] { return std::string(); };
};

/// All engines of the process, sorted by name. Engines register themselves while the library
/// loads: CMake alone decides which are there.
class VGGFLOW_API EngineRegistry {
 public:
  [[nodiscard]] static EngineRegistry& instance();
  /// Error (usage) if the name is taken.
  void add(EngineSchema schema);
  [[nodiscard]] const EngineSchema* find(std::string_view name) const;
  [[nodiscard]] std::vector<const EngineSchema*> all() const;

 private:
  std::vector<std::unique_ptr<EngineSchema>> schemas_;
};

/// `const EngineRegistration kRegistered{{...}};` at the end of an engine's file.
struct EngineRegistration {
  explicit EngineRegistration(EngineSchema schema) {
    EngineRegistry::instance().add(std::move(schema));
  }
};

/// Names of the engines of this build, sorted: "onednn", "reference" (and, where built, "cudnn").
[[nodiscard]] VGGFLOW_API std::vector<std::string_view> engine_names();
/// Error (usage) for an unknown name, Error (spec) for a net that cannot be, Error (engine) where
/// the engine cannot run here.
[[nodiscard]] VGGFLOW_API std::unique_ptr<Engine> make_engine(std::string_view name, const Net& net,
                                                              const EngineOptions& options);

}  // namespace vggflow
