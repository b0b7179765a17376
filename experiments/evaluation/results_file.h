#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "base/export.h"
#include "experiments/evaluation/statistics.h"
#include "experiments/training/history.h"
#include "pipeline/planner.h"

namespace vggflow {

/// What an evaluation was made of: while all of it is as wanted, its scores are too.
struct EvaluationOrigin {
  std::string identity;  ///< YAML: the evaluation, the images, the stages, the net, the engine
  std::string weights;   ///< path of the weights file
  std::string weights_sha256;      ///< `Weights::sha256` of it
  std::string source_sha256 = {};  ///< of the images' names and labels, data_sha256(); of an
                                   ///< average, over the seals of its members' files
};

/// All of one evaluation: what evaluations/<name>.h5 holds.
struct EvaluationResult {
  std::string name;
  int classes = 0;
  std::vector<float> scores;             ///< (images, classes) posteriors; NaN rows failed
  std::vector<std::int32_t> labels;      ///< (images)
  std::vector<std::uint64_t> ids;        ///< (images) 0, 1, 2 ...
  std::vector<std::string> names;        ///< (images)
  std::vector<std::string> class_names;  ///< (classes)
  std::vector<std::int64_t> scales;      ///< Q, px
  std::string views;                     ///< "dense+mirror"; "dense+mirror & grid5+mirror"
  std::string profile;                   ///< resampling
  /// Of an average of other evaluations: their names, "multi"; of other experiments, "D-256/multi".
  std::vector<std::string> members = {};
  /// (images, views, classes) posteriors of each view, in the order of the average, with (views)
  /// texts, "256 mirrored"; empty unless kept.
  std::vector<float> view_scores = {};
  std::vector<std::string> view_names = {};
  EvaluationOrigin origin = {};
  std::vector<FailedSample> failed;
  double top1_error = 0;  ///< percent; save_evaluation() writes what these hold
  double top5_error = 0;
};

/// What there is to say of an evaluation without its scores.
struct EvaluationSummary {
  std::string name;
  std::filesystem::path file;
  double top1_error = 0;  ///< percent
  double top5_error = 0;
  Interval top1_interval;  ///< Wilson, 95 %
  Interval top5_interval;
  std::uint64_t images = 0;
  std::vector<std::int64_t> scales;  ///< Q, px
  std::string views;
  std::string profile;
  std::vector<std::string> members;  ///< of an average of evaluations
  EvaluationOrigin origin = {};
  std::vector<FailedSample> failed;
};

/// Attributes of /provenance.
using Provenance = std::vector<std::pair<std::string, std::string>>;

/// Fills top1_error and top5_error from the scores and labels.
VGGFLOW_API void compute_errors(EvaluationResult& result);

/// OUT/evaluations/<name>.h5.
[[nodiscard]] VGGFLOW_API std::filesystem::path evaluation_path(const std::filesystem::path& out,
                                                                const std::string& name);
/// OUT/evaluations/<name>.h5, whole or not at all: group /evaluation with scores, labels, ids,
/// names, class_names, per_class, confusion, view_scores and view_names where kept, failed/{ids,
/// names, reasons}, provenance and the attributes top1_error, top5_error, top1_interval,
/// top5_interval, scales, views, profile, members, images, failed, identity, weights,
/// weights_sha256, source_sha256.
VGGFLOW_API void save_evaluation(const std::filesystem::path& out, const EvaluationResult& result,
                                 const Provenance& provenance);
/// The same at any path. The file is sealed (base/sealed_file.h).
VGGFLOW_API void write_evaluation(const std::filesystem::path& file, const EvaluationResult& result,
                                  const Provenance& provenance);
/// Error (data) for a missing or damaged file.
[[nodiscard]] VGGFLOW_API EvaluationResult load_evaluation(const std::filesystem::path& out,
                                                           const std::string& name);
/// The same of any such file. Posteriors of views, which may be gigabytes, only where they are
/// asked for.
enum class KeptViews { leave, load };
[[nodiscard]] VGGFLOW_API EvaluationResult load_evaluation(const std::filesystem::path& file,
                                                           KeptViews views = KeptViews::leave);
/// SHA-256 over the seals of files of evaluations: another one when any was written anew. Empty
/// where one is not there, or has no seal.
[[nodiscard]] VGGFLOW_API std::string seals_sha256(const std::vector<std::filesystem::path>& files);
/// The same without reading the scores.
[[nodiscard]] VGGFLOW_API EvaluationSummary load_summary(const std::filesystem::path& out,
                                                         const std::string& name);
[[nodiscard]] VGGFLOW_API EvaluationSummary load_summary(const std::filesystem::path& file);
/// The attributes of the evaluation's own provenance, by name. Error (data) likewise.
[[nodiscard]] VGGFLOW_API Provenance load_evaluation_provenance(const std::filesystem::path& file);

/// OUT/results.h5: /training/{log,timing,validation}, /provenance, /provenance/failed/{ids,names,
/// reasons}, and an external link /evaluations/<name> -> evaluations/<name>.h5:/evaluation for
/// every file there. It is sealed, too; HDF5's readers do not see it.
VGGFLOW_API void save_results(const std::filesystem::path& out, const TrainingHistory& history,
                              const Provenance& provenance);
/// Renews the links of OUT/results.h5 after an evaluation; what else it holds stays. Without one, a
/// results.h5 of links and this provenance alone is made.
VGGFLOW_API void link_evaluations(const std::filesystem::path& out, const Provenance& provenance);
/// False when an evaluation's file has no link yet: a kill came between the two.
[[nodiscard]] VGGFLOW_API bool evaluations_are_linked(const std::filesystem::path& out);
/// How OUT/results.h5 was trained; empty when there is none.
[[nodiscard]] VGGFLOW_API TrainingHistory load_history(const std::filesystem::path& out);
/// The attributes of /provenance, by name. Error (data) for a missing or damaged results.h5.
[[nodiscard]] VGGFLOW_API Provenance load_provenance(const std::filesystem::path& out);
/// Names of the evaluations that are there, in byte order.
[[nodiscard]] VGGFLOW_API std::vector<std::string> evaluation_names(
    const std::filesystem::path& out);

}  // namespace vggflow
