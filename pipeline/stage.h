#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/export.h"
#include "base/params.h"
#include "base/rng.h"
#include "base/version.h"
#include "pipeline/sample.h"

namespace vggflow {

/// What a stage is for. Training runs the list as written; scoring keeps `decode` and
/// `normalisation` (and what is marked `always: true`, but never geometry), drops `augmentation`,
/// and lets the view replace `geometry`.
enum class Role { decode, geometry, augmentation, normalisation };
[[nodiscard]] VGGFLOW_API std::string_view to_string(Role role);

/// What is known of the pictures between two stages before any is read; used to check a spec.
struct Extent {
  std::optional<Size> fixed;  ///< every picture has this size
  std::optional<int>
      least_side;  ///< every picture's short side is at least this, px; none: unknown
  [[nodiscard]] static Extent of(Size size) { return {size, size.short_side()}; }
};

/// One step of the pipeline: a pure function of the sample and of random numbers keyed by (seed,
/// epoch, id, stage). Const: one object serves every thread and keeps no state between samples.
class Stage {
 public:
  virtual ~Stage() = default;
  /// A bad image throws Error (data); it fails this sample only.
  virtual void apply(Sample& sample, Rng& rng) const = 0;
  /// What comes out given what goes in; Error (spec) if it can never work ("crop 224 of pictures
  /// whose short side may be 200").
  [[nodiscard]] virtual Extent extent(Extent in) const { return in; }
};

/// What a stage says of itself; `vggflow stages` prints it.
struct StageSchema {
  std::string_view name;
  std::string_view doc;  ///< one line
  Role role = Role::augmentation;
  bool renders = false;    ///< asks for pixels: whatever is pending is rendered before it
  bool recolours = false;  ///< leaves a colour map pending: none that renders may come later
  std::vector<ParamSpec> params = {};
  std::function<std::unique_ptr<Stage>(Params&)> make = {};  ///< reads its own params; Error (spec)
};

/// All stages of the process, sorted by name. Stages register themselves while libraries load, of
/// which plugins (pipeline/plugins.h) do so one at a time, before flows are made.
class VGGFLOW_API StageRegistry {
 public:
  [[nodiscard]] static StageRegistry& instance();
  /// Error (usage) if the name is taken.
  void add(StageSchema schema);
  /// The same while a library loads, where an exception would end the process: an error is kept,
  /// for take_refused() or else for whoever looks for stages next. `built_for`: kBuiltFor of the
  /// caller's headers; a schema of other headers is not looked at.
  void enrol(StageSchema& schema, std::string_view built_for) noexcept;
  /// The errors of enrol() since the last time.
  [[nodiscard]] std::vector<Error> take_refused() { return std::exchange(refused_, {}); }

  /// Takes back what was added since all() gave these.
  void withdraw_all_but(const std::vector<const StageSchema*>& kept);

  /// Both throw the first error of enrol() that nobody took.
  [[nodiscard]] const StageSchema* find(std::string_view name) const;
  [[nodiscard]] std::vector<const StageSchema*> all() const;

 private:
  void throw_refused() const;
  std::vector<std::unique_ptr<StageSchema>> schemas_;
  std::vector<Error> refused_;
};

/// `const StageRegistration kRegistered{{...}};` at the end of a stage's file.
struct StageRegistration {
  explicit StageRegistration(StageSchema schema) noexcept {
    StageRegistry::instance().enrol(schema, kBuiltFor);
  }
};

/// A stage at its place in a list.
struct PlacedStage {
  const StageSchema* schema = nullptr;
  std::shared_ptr<const Stage> stage;
  std::string stream;   ///< "flip#0": name and which one of that name; keys its random numbers
  std::string summary;  ///< "flip {probability: 0.5}", as written
  bool always = false;  ///< kept in scoring whatever its role

  [[nodiscard]] Role role() const { return schema->role; }
};
using StageList = std::vector<PlacedStage>;

/// Builds the stages of a `pipeline:` list, each entry a map of one key (`- flip: {...}`) or a bare
/// name (`- grayscale`). Puts a default `decode` first where none is written. Error (spec) for
/// unknown names (listing the known), bad parameters, a decode that is not first, geometry that is
/// `always: true`, one that renders after one that recolours, or sizes that cannot work.
[[nodiscard]] VGGFLOW_API StageList make_stages(const Value& list, const std::string& path);

/// What the list makes of pictures of any size.
[[nodiscard]] VGGFLOW_API Extent extent_of(const StageList& stages);

/// The stages that scoring keeps: `decode` first, then all `normalisation` and `always` ones in
/// order.
[[nodiscard]] VGGFLOW_API StageList scoring_stages(const StageList& stages);

/// The Rng of a stage for a sample.
[[nodiscard]] inline Rng stage_rng(const PlacedStage& placed, std::uint64_t seed,
                                   std::uint32_t epoch, std::uint64_t id) {
  return {seed, placed.stream, epoch, id};
}

}  // namespace vggflow
