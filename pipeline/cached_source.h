#pragma once

#include <array>
#include <memory>
#include <memory_resource>
#include <utility>

#include "base/export.h"
#include "base/image.h"
#include "pipeline/image_source.h"

namespace vggflow {

/// Decodes another source whole at the first read and cuts every window from that; likewise at
/// every scale. If the file is damaged somewhere, windows are read one by one instead, so that
/// those above the damage are as good as ever.
class VGGFLOW_API CachedSource final : public ImageSource {
 public:
  explicit CachedSource(std::shared_ptr<ImageSource> source,
                        std::pmr::memory_resource* memory = std::pmr::get_default_resource())
      : source_(std::move(source)),
        decoded_{Decoded(memory), Decoded(memory), Decoded(memory), Decoded(memory)} {}
  [[nodiscard]] Size size() const override { return source_->size(); }
  void read(Rect window, ImageView out) override { read_shrunk(1, window, out); }
  [[nodiscard]] bool shrinks() const override { return source_->shrinks(); }
  void read_shrunk(int by, Rect window, ImageView out) override;

 private:
  enum class State { unread, whole, damaged };
  struct Decoded {
    explicit Decoded(std::pmr::memory_resource* memory) : pixels({}, memory) {}
    State state = State::unread;
    Image pixels;
  };
  void decode(int shrink, Decoded& decoded);

  std::shared_ptr<ImageSource> source_;
  std::array<Decoded, 4> decoded_;  // at 1/1, 1/2, 1/4, 1/8
};

}  // namespace vggflow
