#pragma once

#include <memory>
#include <memory_resource>
#include <utility>

#include "base/export.h"
#include "base/image.h"
#include "pipeline/image_source.h"

namespace vggflow {

/// Decodes another source whole at the first read and cuts every window from that. If the file is
/// damaged somewhere, windows are read one by one instead, so that those above the damage are as
/// good as ever.
class VGGFLOW_API CachedSource final : public ImageSource {
 public:
  explicit CachedSource(std::shared_ptr<ImageSource> source,
                        std::pmr::memory_resource* memory = std::pmr::get_default_resource())
      : source_(std::move(source)), whole_({}, memory) {}
  [[nodiscard]] Size size() const override { return source_->size(); }
  void read(Rect window, ImageView out) override;

 private:
  enum class State { unread, whole, damaged };
  void decode();

  std::shared_ptr<ImageSource> source_;
  State state_ = State::unread;
  Image whole_;
};

}  // namespace vggflow
