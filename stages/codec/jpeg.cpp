#include "stages/codec/codecs.h"
#include "stages/codec/jpeg_decoder.h"

namespace vggflow {
namespace {

/// A source may be opened on one thread and read on another; libjpeg's state stays with its thread.
class JpegSource final : public ImageSource {
 public:
  explicit JpegSource(std::span<const std::byte> encoded)
      : jpeg_(JpegDecoder::of_this_thread().open(encoded)) {}
  [[nodiscard]] Size size() const override { return jpeg_.size; }
  void read(Rect window, ImageView out) override { read_shrunk(1, window, out); }
  [[nodiscard]] bool shrinks() const override { return true; }
  void read_shrunk(int by, Rect window, ImageView out) override {
    JpegDecoder::of_this_thread().read(jpeg_, by, window, out);
  }

 private:
  OpenJpeg jpeg_;
};

}  // namespace

std::shared_ptr<ImageSource> open_jpeg(std::span<const std::byte> encoded,
                                       std::pmr::memory_resource* memory) {
  return std::allocate_shared<JpegSource>(std::pmr::polymorphic_allocator<JpegSource>(memory),
                                          encoded);
}

}  // namespace vggflow
