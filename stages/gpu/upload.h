#pragma once

#include <memory>

#include "base/export.h"
#include "base/span_log.h"
#include "pipeline/batch_stage.h"

namespace vggflow {

/// The stage "upload": a thread that puts batches on the card (Batch::device) that is in use where
/// it is made, and waits until they are there. A FlowOptions::batch_stage. Error (engine) where
/// there is no card, or this build has no CUDA.
[[nodiscard]] VGGFLOW_API std::unique_ptr<BatchStage> make_upload_stage(
    std::shared_ptr<SpanLog> spans);

}  // namespace vggflow
