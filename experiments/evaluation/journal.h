#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "base/export.h"
#include "base/file_descriptor.h"

namespace vggflow {

/// Images that an evaluation is done with.
struct ScoredImages {
  std::vector<std::uint64_t> ids;
  std::vector<float> rows;  ///< (ids, row) f32
};

/// Scores in progress, so that a killed evaluation goes on where it was: an append-only file of
/// records, each with its length and CRC-32C. The first says what the scores are of. Little-endian,
/// for the machine that wrote it; it becomes HDF5 at the end and is removed.
class VGGFLOW_API EvaluationJournal {
 public:
  /// Told of the records that are there already, in their order.
  using Replay = std::function<void(const ScoredImages&)>;

  /// Goes on with the file at `path` after its last whole record if it is of `subject` and has rows
  /// of `row` floats; else it is begun anew. Error (system) when it cannot be written.
  EvaluationJournal(std::filesystem::path path, const std::string& subject, std::size_t row,
                    const Replay& replay);

  /// Written when the call returns: what kills the process cannot take it back. Should the disk be
  /// full, a warning says once that the evaluation is scored from here on should it be stopped.
  void add(const ScoredImages& images);

  /// The scores are kept elsewhere now.
  void remove();

 private:
  [[nodiscard]] std::uint64_t replay_records(const std::string& subject, const Replay& replay);
  void append(const std::string& payload);

  std::filesystem::path path_;
  std::size_t row_;
  FileDescriptor file_;
  bool warned_ = false;
};

}  // namespace vggflow
