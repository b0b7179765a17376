#include "stages/baseline/baseline.h"
#include "stages/baseline/jpeg_reader.h"

namespace vggflow {
namespace {

class BareWindowDecode final : public Baseline {
 public:
  [[nodiscard]] std::string_view name() const override { return "bare window decode"; }
  void run(std::span<const std::byte> encoded, const Picture::Rendering& what) override {
    reader_.read_window(encoded, what.read, decoded_);
  }
  [[nodiscard]] ConstImageView made() const override { return decoded_.view(); }

 private:
  JpegReader reader_;
  Image decoded_;
};

}  // namespace

bool baselines_can_read(std::span<const std::byte> encoded) {
  return JpegReader::can_read(encoded);
}

std::unique_ptr<Baseline> bare_window_decode() { return std::make_unique<BareWindowDecode>(); }

}  // namespace vggflow
