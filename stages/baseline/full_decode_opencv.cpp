#include <opencv2/imgproc.hpp>

#include "stages/baseline/baseline.h"
#include "stages/baseline/jpeg_reader.h"

namespace vggflow {
namespace {

cv::Mat as_mat(ImageView view) {
  return {view.size.height, view.size.width, CV_8UC3, view.data,
          static_cast<std::size_t>(view.stride_bytes)};
}

cv::Mat cut(const cv::Mat& from, Rect window) {
  return from({window.x, window.y, window.width, window.height});
}

class FullDecodeAndResize final : public Baseline {
 public:
  FullDecodeAndResize() { cv::setNumThreads(1); }
  [[nodiscard]] std::string_view name() const override { return "full decode + cv::resize + crop"; }

  void run(std::span<const std::byte> encoded, const Picture::Rendering& what) override {
    reader_.read_whole(encoded, decoded_);
    const cv::Mat region = cut(as_mat(decoded_.view()), what.region);
    if (!what.resampling) return finish(region, what.mirrored);
    if (what.mirrored) cv::flip(region, mirrored_, 1);
    const Resampling& resampling = *what.resampling;
    cv::resize(what.mirrored ? mirrored_ : region, resized_,
               {resampling.out.width, resampling.out.height}, 0, 0, cv::INTER_LINEAR);
    finish(cut(resized_, resampling.window), resampling.mirrored);
  }
  [[nodiscard]] ConstImageView made() const override { return made_.view(); }

 private:
  void finish(const cv::Mat& window, bool mirrored) {
    made_.resize({window.cols, window.rows});
    cv::Mat out = as_mat(made_.view());
    if (mirrored) {
      cv::flip(window, out, 1);
    } else {
      window.copyTo(out);
    }
  }

  JpegReader reader_;
  Image decoded_;
  cv::Mat mirrored_;
  cv::Mat resized_;
  Image made_;
};

}  // namespace

std::unique_ptr<Baseline> full_decode_and_resize() {
  return std::make_unique<FullDecodeAndResize>();
}

}  // namespace vggflow
