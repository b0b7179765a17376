#include "experiments/evaluation/results_file.h"

#include <algorithm>

#include "base/atomic_file.h"
#include "base/hdf5_file.h"
#include "base/sealed_file.h"
#include "base/sha256.h"
#include "experiments/evaluation/metrics.h"

namespace vggflow {
namespace {

namespace fs = std::filesystem;

const std::string kEvaluation = "/evaluation";
const std::string kProvenance = "/provenance";  // of the training
const std::string kFolder = "evaluations";

void write_provenance(Hdf5File& file, const std::string& group, const Provenance& provenance) {
  file.make_group(group);
  for (const auto& [name, value] : provenance) file.set_attribute(group, name, value);
}

void write_by_class(Hdf5File& file, const EvaluationResult& result) {
  static const std::vector<Hdf5Column> kColumns{
      hdf5_column("images", &ClassErrors::images),
      hdf5_column("top1_error", &ClassErrors::top1_error),
      hdf5_column("top5_error", &ClassErrors::top5_error)};
  const auto errors = class_errors(result.scores, result.labels, result.classes);
  file.write_table<ClassErrors>(kEvaluation + "/per_class", kColumns, errors);
  const auto classes = static_cast<std::uint64_t>(result.classes);
  const auto counts = confusion_matrix(result.scores, result.labels, result.classes);
  file.write<std::int32_t>(kEvaluation + "/confusion", {classes, classes}, counts,
                           Hdf5Storage::compressed);
}

void write_views(Hdf5File& file, const EvaluationResult& result) {
  const Hdf5Dims dims{result.labels.size(), result.view_names.size(),
                      static_cast<std::uint64_t>(result.classes)};
  file.write<float>(kEvaluation + "/view_scores", dims, result.view_scores,
                    Hdf5Storage::compressed);
  file.write_texts(kEvaluation + "/view_names", result.view_names);
}

void write_data(Hdf5File& file, const EvaluationResult& result) {
  const std::uint64_t images = result.labels.size();
  file.write<float>(kEvaluation + "/scores", {images, static_cast<std::uint64_t>(result.classes)},
                    result.scores, Hdf5Storage::compressed);
  file.write<std::int32_t>(kEvaluation + "/labels", {images}, result.labels,
                           Hdf5Storage::compressed);
  file.write<std::uint64_t>(kEvaluation + "/ids", {images}, result.ids, Hdf5Storage::compressed);
  file.write_texts(kEvaluation + "/names", result.names);
  file.write_texts(kEvaluation + "/class_names", result.class_names);
  write_failed(file, kEvaluation, result.failed);
  write_by_class(file, result);
  if (!result.view_names.empty()) write_views(file, result);
}

void write_attributes(Hdf5File& file, const EvaluationResult& result) {
  const auto set = [&](const char* name, const Hdf5Attribute& value) {
    file.set_attribute(kEvaluation, name, value);
  };
  set("top1_error", result.top1_error);
  set("top5_error", result.top5_error);
  const auto interval = [&](int k) {
    const auto wrong = wrong_images(result.scores, result.labels, result.classes, k);
    const Interval of =
        wilson_interval(static_cast<std::uint64_t>(std::ranges::count(wrong, 1)), wrong.size());
    return std::vector<double>{of.low, of.high};
  };
  set("top1_interval", interval(1));
  set("top5_interval", interval(5));
  set("scales", result.scales);
  set("views", result.views);
  set("profile", result.profile);
  if (!result.members.empty()) set("members", result.members);
  set("images", static_cast<std::int64_t>(result.labels.size()));
  set("failed", static_cast<std::int64_t>(result.failed.size()));
  set("identity", result.origin.identity);
  set("weights", result.origin.weights);
  set("weights_sha256", result.origin.weights_sha256);
  set("source_sha256", result.origin.source_sha256);
}

void read_data(const Hdf5File& file, KeptViews views, EvaluationResult& result) {
  auto scores = file.read<float>(kEvaluation + "/scores");
  if (scores.dims.size() != 2) throw file.data_error(kEvaluation + "/scores", "is not a matrix");
  result.classes = static_cast<int>(scores.dims[1]);
  result.scores = std::move(scores.values);
  result.labels = file.read<std::int32_t>(kEvaluation + "/labels").values;
  result.ids = file.read<std::uint64_t>(kEvaluation + "/ids").values;
  result.names = file.read_texts(kEvaluation + "/names");
  result.class_names = file.read_texts(kEvaluation + "/class_names");
  if (views == KeptViews::load && file.exists(kEvaluation + "/view_scores")) {
    result.view_scores = file.read<float>(kEvaluation + "/view_scores").values;
    result.view_names = file.read_texts(kEvaluation + "/view_names");
  }
  for (const std::size_t length : {result.labels.size(), result.ids.size(), result.names.size()}) {
    if (length == scores.dims[0]) continue;
    throw file.data_error(kEvaluation, "scores, labels, ids and names are not of one length");
  }
}

/// HDF5 1.10 crashes on some damaged files, so the seal is looked at first.
Hdf5File open_sealed(const fs::path& path) {
  check_seal(path);
  return Hdf5File::open(path);
}

Interval read_interval(const Hdf5File& file, const std::string& name) {
  const auto bounds = file.attribute<std::vector<double>>(kEvaluation, name);
  if (bounds.size() != 2) throw file.data_error(kEvaluation, name + " is not two numbers");
  return {bounds[0], bounds[1]};
}

/// "a & b"; files of development versions say "a + b".
std::string with_and(std::string views) {
  for (auto at = views.find(" + "); at != std::string::npos; at = views.find(" + ", at)) {
    views[at + 1] = '&';
  }
  return views;
}

EvaluationSummary read_summary(const Hdf5File& file, const std::string& name) {
  EvaluationSummary summary;
  summary.name = name;
  summary.top1_error = file.attribute<double>(kEvaluation, "top1_error");
  summary.top5_error = file.attribute<double>(kEvaluation, "top5_error");
  summary.top1_interval = read_interval(file, "top1_interval");
  summary.top5_interval = read_interval(file, "top5_interval");
  if (file.has_attribute(kEvaluation, "members")) {
    summary.members = file.attribute<std::vector<std::string>>(kEvaluation, "members");
  }
  summary.images = static_cast<std::uint64_t>(file.attribute<std::int64_t>(kEvaluation, "images"));
  summary.scales = file.attribute<std::vector<std::int64_t>>(kEvaluation, "scales");
  summary.views = with_and(file.attribute<std::string>(kEvaluation, "views"));
  summary.profile = file.attribute<std::string>(kEvaluation, "profile");
  summary.origin = {.identity = file.attribute<std::string>(kEvaluation, "identity"),
                    .weights = file.attribute<std::string>(kEvaluation, "weights"),
                    .weights_sha256 = file.attribute<std::string>(kEvaluation, "weights_sha256"),
                    .source_sha256 = file.attribute<std::string>(kEvaluation, "source_sha256")};
  summary.failed = read_failed(file, kEvaluation);
  return summary;
}

Provenance read_provenance(const Hdf5File& file, const std::string& group) {
  Provenance provenance;
  for (const std::string& name : file.attribute_names(group)) {
    provenance.emplace_back(name, file.attribute<std::string>(group, name));
  }
  return provenance;
}

}  // namespace

fs::path evaluation_path(const fs::path& out, const std::string& name) {
  return out / kFolder / (name + ".h5");
}

void compute_errors(EvaluationResult& result) {
  result.top1_error = top_k_error(result.scores, result.labels, result.classes, 1);
  result.top5_error = top_k_error(result.scores, result.labels, result.classes, 5);
}

void save_evaluation(const fs::path& out, const EvaluationResult& result,
                     const Provenance& provenance) {
  write_evaluation(evaluation_path(out, result.name), result, provenance);
}

void write_evaluation(const fs::path& path, const EvaluationResult& result,
                      const Provenance& provenance) {
  write_atomically(path, [&](const fs::path& temporary) {
    Hdf5File file = Hdf5File::create(temporary);
    write_data(file, result);
    write_attributes(file, result);
    write_provenance(file, kEvaluation + "/provenance", provenance);
    file.close();
    seal(temporary);
  });
}

EvaluationResult load_evaluation(const fs::path& out, const std::string& name) {
  return load_evaluation(evaluation_path(out, name));
}

EvaluationResult load_evaluation(const fs::path& path, KeptViews views) {
  const Hdf5File file = open_sealed(path);
  EvaluationSummary summary = read_summary(file, path.stem().string());
  EvaluationResult result;
  read_data(file, views, result);
  result.name = std::move(summary.name);
  result.scales = std::move(summary.scales);
  result.views = std::move(summary.views);
  result.profile = std::move(summary.profile);
  result.members = std::move(summary.members);
  result.origin = std::move(summary.origin);
  result.failed = std::move(summary.failed);
  result.top1_error = summary.top1_error;
  result.top5_error = summary.top5_error;
  return result;
}

std::string seals_sha256(const std::vector<fs::path>& files) {
  Sha256 sha;
  for (const fs::path& file : files) {
    const std::string seal = seal_of(file);
    if (seal.empty()) return {};
    sha.update(seal);
  }
  return sha.hex();
}

EvaluationSummary load_summary(const fs::path& out, const std::string& name) {
  return load_summary(evaluation_path(out, name));
}

EvaluationSummary load_summary(const fs::path& path) {
  EvaluationSummary summary = read_summary(open_sealed(path), path.stem().string());
  summary.file = path;
  return summary;
}

Provenance load_evaluation_provenance(const fs::path& path) {
  return read_provenance(open_sealed(path), kEvaluation + "/provenance");
}

std::vector<std::string> evaluation_names(const fs::path& out) {
  std::vector<std::string> names;
  if (!fs::is_directory(out / kFolder)) return names;
  for (const auto& entry : fs::directory_iterator(out / kFolder)) {
    if (entry.path().extension() == ".h5") names.push_back(entry.path().stem().string());
  }
  std::ranges::sort(names);
  return names;
}

void save_results(const fs::path& out, const TrainingHistory& history,
                  const Provenance& provenance) {
  write_atomically(out / "results.h5", [&](const fs::path& temporary) {
    Hdf5File file = Hdf5File::create(temporary);
    write_training(file, history);
    write_provenance(file, kProvenance, provenance);
    write_failed(file, kProvenance, history.failed);
    file.make_group("/evaluations");
    for (const std::string& name : evaluation_names(out)) {
      file.link_external("/evaluations/" + name, kFolder + "/" + name + ".h5", kEvaluation);
    }
    file.close();
    seal(temporary);
  });
}

TrainingHistory load_history(const fs::path& out) {
  if (!fs::exists(out / "results.h5")) return {};
  const Hdf5File file = open_sealed(out / "results.h5");
  TrainingHistory history = read_training(file);
  history.failed = read_failed(file, kProvenance);
  return history;
}

bool evaluations_are_linked(const fs::path& out) {
  return fs::exists(out / "results.h5") &&
         open_sealed(out / "results.h5").children("/evaluations") == evaluation_names(out);
}

void link_evaluations(const fs::path& out, const Provenance& provenance) {
  if (!fs::exists(out / "results.h5")) return save_results(out, {}, provenance);
  save_results(out, load_history(out), load_provenance(out));
}

Provenance load_provenance(const fs::path& out) {
  return read_provenance(open_sealed(out / "results.h5"), kProvenance);
}

}  // namespace vggflow
