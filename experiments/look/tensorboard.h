#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>

#include "base/export.h"
#include "base/file_descriptor.h"
#include "experiments/training/training_log.h"

namespace vggflow {

/// A point of one of TensorBoard's curves.
struct EventScalar {
  std::string tag;   ///< "train/loss"
  double value = 0;  ///< f32 in the file
};

/// One of TensorBoard's event files: DIR/events.out.tfevents.<seconds>.<host>.<pid>.<number>. Its
/// format is that of TFRecord (tensorflow/core/lib/io/record_writer.h): every event between its
/// length and its masked CRC-32C.
class VGGFLOW_API EventFile {
 public:
  /// A new file, and DIR if it is not there; `already` iterations were done before. TensorBoard
  /// forgets what older files of DIR tell of later ones: a run that was killed did some after its
  /// last checkpoint. Error (system) naming the path.
  EventFile(const std::filesystem::path& dir, std::uint64_t already);

  /// Points at an iteration, with the time of now. Error (system) when it cannot be written, as on
  /// a full disk: the file is then as before, and may be written again.
  void write(std::uint64_t iteration, std::span<const EventScalar> scalars);
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  void append(const std::string& event);

  std::filesystem::path path_;
  FileDescriptor file_;
  std::uint64_t bytes_ = 0;  ///< of whole events
};

/// train/{loss, top1_error, top5_error, rate}, time/{images_per_s, wait_share}.
VGGFLOW_API void write_row(EventFile& events, const TrainingRow& row, const TimingRow& timing);
/// validation/{top1_error, top5_error}.
VGGFLOW_API void write_row(EventFile& events, const ValidationRow& row);

}  // namespace vggflow
