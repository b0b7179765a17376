#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>

#include "base/export.h"
#include "base/image.h"
#include "pipeline/picture.h"

namespace vggflow {

/// What somebody could write without this library, to be timed on the images and windows of a
/// pipeline: one thread, JPEGs in memory.
class VGGFLOW_API Baseline {
 public:
  virtual ~Baseline() = default;
  [[nodiscard]] virtual std::string_view name() const = 0;
  /// Does the work of one sample. Error (data) for a damaged file.
  virtual void run(std::span<const std::byte> encoded, const Picture::Rendering& what) = 0;
  /// The pixels that the last run() left, for those who check them.
  [[nodiscard]] virtual ConstImageView made() const = 0;
};

/// Whether the baselines can read a file: a JPEG of RGB, YCbCr or grey.
[[nodiscard]] VGGFLOW_API bool baselines_can_read(std::span<const std::byte> encoded);

/// libjpeg-turbo alone, decoding the window that is read and nothing more; what is made has whole
/// iMCU columns, so it may begin left of the window. The limit of any pipeline.
[[nodiscard]] VGGFLOW_API std::unique_ptr<Baseline> bare_window_decode();

/// libjpeg-turbo decoding the whole picture, `cv::resize` of all of it, crop, mirror. Null where
/// the library was built without OpenCV.
[[nodiscard]] VGGFLOW_API std::unique_ptr<Baseline> full_decode_and_resize();

}  // namespace vggflow
