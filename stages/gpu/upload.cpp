#include "stages/gpu/upload.h"

#include <limits>
#include <utility>

#include "base/cuda/batch_upload.h"
#include "base/cuda/device.h"
#include "base/cuda/nvtx.h"
#include "base/error.h"
#include "pipeline/batch_thread.h"

namespace vggflow {
namespace {

class Upload final : public BatchThread::Work {
 public:
  std::string_view name() const override { return "upload"; }
  bool takes_cuts() const override { return true; }
  void make_room() override { upload_.make_room(); }
  void apply(Batch& batch) override {
    const cuda::NvtxRange range("upload");
    batch.device = upload_.start(batch);
    batch.device->ready->wait();  // a copy that fails is this stage's error, not the engine's
  }
  void stop() noexcept override { upload_.stop(); }

 private:
  // The flow has so many plans about. Were there a limit here as well, a consumer that holds all
  // parts of an iteration could wait for a batch that waits for it.
  cuda::BatchUpload upload_{std::numeric_limits<int>::max()};
};

}  // namespace

std::unique_ptr<BatchStage> make_upload_stage(std::shared_ptr<SpanLog> spans) {
  if (const std::string why = cuda::why_unusable(); !why.empty()) throw Error(Origin::engine, why);
  return std::make_unique<BatchThread>(std::make_unique<Upload>(), std::move(spans));
}

}  // namespace vggflow
